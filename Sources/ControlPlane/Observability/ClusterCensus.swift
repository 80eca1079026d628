import ClusterCore
import Model

/// Counts over the whole cluster.
enum ClusterCensus {
    static func deployments(_ cluster: Cluster) -> [DeploymentStatus: Int] {
        var counts: [DeploymentStatus: Int] = [:]
        for row in cluster.deploymentRows() {
            guard let status = cluster.deploymentStatus(row.id) else { continue }
            counts[status, default: 0] += 1
        }
        return counts
    }
}
