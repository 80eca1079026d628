import ClusterCore
import Model

/// The configs of a node's document alone, for agents that ask for them apart.
extension DesiredStateService {
    /// Sealed values are not among them: they are in the document.
    func configs(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        guard let holder = call.node else { throw .nodeUnauthorized }
        try call.refuseQuery()
        noteContact(holder)
        return .answer(
            try answer(call, holder.nodeID) { (document) throws(Refusal) in
                NodeConfigs(
                    configs: document.configs.map { self.detail($0, in: document, of: holder.nodeID) })
            })
    }

    private func detail(
        _ version: ConfigVersionRow, in document: NodeDocument, of node: NodeID
    ) -> ConfigDetail {
        let id = version.reference.configID
        let view = host.cluster.config(id)
        let here = Set(document.replicas.map(\.deploymentID))
        return ConfigDetail(
            metadata: ConfigMetadata(
                configID: id, name: version.name, version: version.reference.version,
                labels: view?.row.labels ?? [:], createdAt: view?.row.createdAt ?? version.createdAt,
                updatedAt: version.createdAt),
            content: version.content, deployments: (view?.deployments ?? []).filter { here.contains($0) },
            nodes: (view?.nodes ?? []).filter { $0 == node })
    }
}
