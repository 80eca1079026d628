import ClusterCore
import EventLoop
import Model

/// Nodes as operators see them.
@LoopActor
final class NodeService {
    private let host: ClusterHost
    private let usage: UsageService
    private let tunnels: TunnelHub

    init(host: ClusterHost, usage: UsageService, tunnels: TunnelHub) {
        self.host = host
        self.usage = usage
        self.tunnels = tunnels
    }

    func list(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        let page = PageQuery(&query, of: "nodes")
        let status: NodeStatus? = query.choice("status")
        let name = query.text("name")
        let labels = query.labels()
        try query.finish()
        let found = host.cluster.nodes().filter { view in
            (status == nil || view.status == status) && (name == nil || view.row.name == name)
                && labels.allSatisfy { view.row.labels[$0.key] == $0.value }
        }
        let place = { (view: NodeView) in
            ListPosition(key: Int64(clamping: view.row.ordinal), id: view.row.id.description)
        }
        return .answer(try .json(page.page(of: found, at: place) { NodeViews.summary($0) }))
    }

    func get(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        let id = try resolve(call.parameter("id"))
        guard let view = host.cluster.node(id) else { throw .notFound("node", call.parameter("id")) }
        let summary = usage.summary(of: host.cluster.usageKeys(on: id))
        var detail = NodeViews.detail(view, in: host.cluster)
        detail.usageSummary = summary
        detail.tunnel = tunnels.state(of: id)
        detail.summary.conditions += tunnels.conditions(of: id)
        return .answer(
            try .json(detail, headers: [("etag", Precondition.tag(view.row.declaration))]))
    }

    func delete(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        let force = query.flag("force")
        let fate: ContainerFate? = query.choice("containers")
        let isDryRun = query.flag("dry_run")
        try query.finish()
        let id = try resolve(call.parameter("id"))
        if let row = host.cluster.nodeRow(id) { try Precondition.check(call, row.declaration) }
        let command = Command.deleteNode(
            DeleteNode(
                nodeID: id, force: force, removesContainers: fate == .remove, requestID: call.requestID))
        _ = isDryRun ? try host.rehearse(command) : try host.perform(command)
        return .answer(.empty(.noContent))
    }

    /// What becomes of the containers of a deleted node.
    private enum ContainerFate: String, CaseIterable { case remove, keep }

    /// A live node by its id or its name.
    private func resolve(_ reference: String) throws(Refusal) -> NodeID {
        if let id = NodeID(reference), host.cluster.node(id) != nil { return id }
        if let id = host.cluster.nodeID(named: reference) { return id }
        throw .notFound("node", reference)
    }
}
