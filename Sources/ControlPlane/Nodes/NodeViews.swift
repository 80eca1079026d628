import ClusterCore
import Model

/// What operators see of nodes and replicas, made from what the core says.
enum NodeViews {
    static func summary(_ view: NodeView) -> NodeSummary {
        var inventory = view.row.inventory
        inventory.labels = view.row.labels
        return NodeSummary(
            nodeID: view.row.id, name: view.row.name, status: view.status, lastSeen: view.lastSeen,
            inventory: inventory, agentVersion: view.agentVersion, conditions: view.conditions,
            replicas: view.replicaCount, availability: view.row.availability)
    }

    /// A node with the tag that `If-Match` takes.
    static func answer(
        _ view: NodeView, in cluster: Cluster
    ) throws(Refusal) -> Answer {
        try .json(
            detail(view, in: cluster), headers: [("etag", Precondition.tag(view.row.declaration))])
    }

    static func detail(_ view: NodeView, in cluster: Cluster) -> NodeDetail {
        let instances = cluster.instances(on: view.row.id).map { instance in
            self.instance(
                instance, deployment: cluster.deploymentRow(instance.deploymentID)?.spec.name ?? "",
                lastSeen: view.lastSeen)
        }
        return NodeDetail(
            summary: summary(view), instances: instances, desiredRevision: view.row.revision,
            applied: view.applied, createdAt: view.row.createdAt)
    }

    static func instance(
        _ view: ClusterCore.InstanceView, deployment: String, lastSeen: Timestamp?
    ) -> Model.InstanceView {
        Model.InstanceView(
            assignmentID: view.assignmentID, deploymentID: view.deploymentID, deployment: deployment,
            replicaNumber: view.replicaNumber, nodeID: view.nodeID, nodeName: view.nodeName,
            state: view.state,
            ready: view.isReady, reason: view.reason, containerID: view.containerID,
            generation: view.reportedGeneration ?? view.generation, restartCount: view.restartCount,
            ports: view.ports, endpoints: view.endpoints, lastSeen: lastSeen,
            health: view.health)
    }
}
