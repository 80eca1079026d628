import ClusterCore
import Model

/// What happened to configs and their like, in words.
enum ConfigEventWords {
    static func text(_ event: ClusterEvent, _ cluster: Cluster) -> String {
        switch event {
        case .configChanged(_, let name, let change): "config \(name) \(words(change, cluster))"
        case .registryCredentialChanged(_, let name, let change):
            "registry credential \(name) \(change.rawValue)"
        case .ingressRouteChanged(let id, let change): "ingress route \(id) \(change.rawValue)"
        default: ""
        }
    }

    private static func words(_ change: ClusterEvent.ConfigChange, _ cluster: Cluster) -> String {
        switch change {
        case .created: "created"
        case .updated(let version): "declared anew as version \(version)"
        case .deleted: "deleted"
        case .attached(let target): "attached to \(words(target, cluster))"
        case .detached(let target): "taken away from \(words(target, cluster))"
        }
    }

    private static func words(_ target: ConfigTarget, _ cluster: Cluster) -> String {
        switch target {
        case .deployment(let id): "deployment \(cluster.deploymentName(id) ?? "\(id)")"
        case .node(let id): "node \(cluster.nodeRow(id)?.name ?? "\(id)")"
        }
    }
}
