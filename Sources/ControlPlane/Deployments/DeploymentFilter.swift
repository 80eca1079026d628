import ClusterCore
import Model

/// Which deployments a list shall have.
struct DeploymentFilter {
    private let status: DeploymentStatus?
    private let name: String?
    private let labels: [String: String]
    private let node: String?
    private let nodeID: NodeID?

    init(_ query: inout QueryReader, _ cluster: Cluster) {
        status = query.choice("status")
        name = query.text("name")
        labels = query.labels()
        let node = query.text("node")
        self.node = node
        nodeID = node.flatMap { NodeID($0) ?? cluster.nodeID(named: $0) }
    }

    func takes(_ row: DeploymentRow, in cluster: Cluster) -> Bool {
        guard name == nil || row.spec.name == name,
            labels.allSatisfy({ row.spec.labels[$0.key] == $0.value })
        else { return false }
        if let status, cluster.deploymentStatus(row.id) != status { return false }
        guard node != nil else { return true }
        return nodeID.map { cluster.stands(row.id, on: $0) } ?? false
    }
}
