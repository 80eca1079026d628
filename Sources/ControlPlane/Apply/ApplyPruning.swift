import ClusterCore
import Model

/// Finds what bears a document's labels and stands in it no longer.
enum ApplyPruning {
    /// Deployments and configs with all the labels, and the ingress routes of deployments with them.
    static func found(
        in cluster: Cluster, _ labels: [String: String], without items: [AppliedDeclaration]
    ) -> [ApplyPlan.Pruned] {
        let declared = Set(items.map { "\($0.kind.rawValue)/\($0.name)" })
        let found =
            routes(in: cluster, labels) + deployments(in: cluster, labels) + configs(in: cluster, labels)
        return found.filter { !declared.contains("\($0.view.kind.rawValue)/\($0.view.name)") }
    }

    private static func routes(in cluster: Cluster, _ labels: [String: String]) -> [ApplyPlan.Pruned] {
        cluster.ingressRoutes().compactMap { row in
            guard let spec = cluster.deploymentRow(row.declaration.deploymentID)?.spec,
                has(spec.labels, labels)
            else { return nil }
            let name = AppliedDeclaration.routeName(
                host: row.declaration.host, path: row.declaration.pathPrefix)
            return pruned(.ingressRoute(row.id), .ingressRoute, name, "\(row.id)")
        }
    }

    private static func deployments(in cluster: Cluster, _ labels: [String: String]) -> [ApplyPlan.Pruned] {
        cluster.deploymentRows().filter { has($0.spec.labels, labels) }
            .map { pruned(.deployment($0.id), .deployment, $0.spec.name, "\($0.id)") }
            .sorted { $0.view.name < $1.view.name }
    }

    private static func configs(in cluster: Cluster, _ labels: [String: String]) -> [ApplyPlan.Pruned] {
        cluster.configRows().filter { has($0.labels, labels) }
            .map { pruned(.config($0.id), .config, $0.name, "\($0.id)") }
            .sorted { $0.view.name < $1.view.name }
    }

    private static func has(_ own: [String: String], _ wanted: [String: String]) -> Bool {
        wanted.allSatisfy { own[$0.key] == $0.value }
    }

    private static func pruned(
        _ item: ApplyDeclarations.Pruned, _ kind: AppliedDeclaration.Kind, _ name: String, _ id: String
    ) -> ApplyPlan.Pruned {
        .init(item: item, view: AppliedItem(kind: kind, name: name, action: .pruned, id: id))
    }
}
