import ClusterCore
import EventLoop
import JSON
import Model

/// The cluster as a whole: its histories, their confirmation, and the mass-loss brake.
@LoopActor
final class HistoryService {
    private let host: ClusterHost

    init(host: ClusterHost) { self.host = host }

    func get(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        return try status(of: host.cluster)
    }

    func confirm(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let (epoch, nodes) = try read(try call.jsonBody())
        let command = ConfirmHistory(epoch: epoch, nodeIDs: nodes, requestID: call.requestID)
        return try status(of: try host.after(.confirmHistory(command), isDryRun: isDryRun))
    }

    func resume(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        return try status(of: try host.after(.releaseMassLossBrake, isDryRun: isDryRun))
    }

    private func read(_ node: JSONNode) throws(Refusal) -> (Epoch, [NodeID]?) {
        var faults = FaultList()
        var body = ObjectReader(node, path: "", faults: &faults)
        let epoch = body.string("epoch", &faults).flatMap { Epoch($0) }
        if epoch == nil { faults.add("epoch", "the id of a history is expected") }
        let nodes = body.strings("nodes", &faults)?.enumerated().compactMap { index, reference in
            let id = resolve(reference)
            if id == nil { faults.add("nodes[\(index)]", "there is no node '\(reference.prefix(80))'") }
            return id
        }
        body.finish(&faults)
        guard let epoch, faults.isEmpty else { throw .invalid(faults) }
        return (epoch, nodes)
    }

    private func resolve(_ reference: String) -> NodeID? {
        if let id = NodeID(reference), host.cluster.node(id) != nil { return id }
        return host.cluster.nodeID(named: reference)
    }

    private func status(of cluster: Cluster) throws(Refusal) -> APIRoute.Disposition {
        let history = cluster.history()
        let nodes = history.nodes.map { node in
            ClusterStatus.Node(
                nodeID: node.nodeID, name: node.name, epoch: node.epoch, revision: node.revision,
                applied: node.applied, held: node.isHeld,
                change: node.change.map {
                    .init(starts: $0.starts, updates: $0.updates, keeps: $0.keeps, removes: $0.removes)
                })
        }
        let brake = ClusterStatus.Brake(
            engaged: history.isBrakeEngaged, missing: history.missing, threshold: history.threshold)
        return .answer(
            try .json(
                ClusterStatus(
                    epoch: history.epoch, predecessors: history.predecessors, accepts: history.accepts,
                    brake: brake, nodes: nodes)))
    }
}
