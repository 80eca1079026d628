import ClusterCore
import Model

extension EventDetails {
    /// What happened to a config.
    init(_ id: ConfigID, _ name: String, _ change: ClusterEvent.ConfigChange, _ cluster: Cluster) {
        let (verb, attributes) = Self.particulars(change, cluster)
        self.init(
            kind: "config.\(verb)", resourceType: "config", resourceID: "\(id)", attributes: attributes)
        resourceName = name
    }

    /// What happened to a login at a registry.
    init(_ id: RegistryCredentialID, _ name: String, _ change: ClusterEvent.ResourceChange) {
        self.init(
            kind: "registry_credential.\(change.rawValue)", resourceType: "registry_credential",
            resourceID: "\(id)", attributes: [:])
        resourceName = name
    }

    /// What happened to an ingress route.
    init(_ id: IngressRouteID, _ change: ClusterEvent.ResourceChange, _ cluster: Cluster) {
        self.init(
            kind: "ingress_route.\(change.rawValue)", resourceType: "ingress_route", resourceID: "\(id)",
            attributes: [:])
        guard let declaration = cluster.ingressRoute(id)?.declaration else { return }
        attributes = ["host": declaration.host, "path_prefix": declaration.pathPrefix]
    }

    private static func particulars(
        _ change: ClusterEvent.ConfigChange, _ cluster: Cluster
    ) -> (verb: String, attributes: [String: String]) {
        switch change {
        case .created: ("created", [:])
        case .updated(let version): ("updated", ["version": "\(version)"])
        case .deleted: ("deleted", [:])
        case .attached(let target): ("attached", attributes(of: target, cluster))
        case .detached(let target): ("detached", attributes(of: target, cluster))
        }
    }

    private static func attributes(of target: ConfigTarget, _ cluster: Cluster) -> [String: String] {
        switch target {
        case .deployment(let id):
            var attributes = ["deployment_id": "\(id)"]
            attributes["deployment"] = cluster.deploymentName(id)
            return attributes
        case .node(let id):
            var attributes = ["node_id": "\(id)"]
            attributes["node"] = cluster.nodeRow(id)?.name
            return attributes
        }
    }
}
