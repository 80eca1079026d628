import ClusterCore
import EventLoop
import JSON
import Model

/// What operators do with nodes: open, cordon, drain, rename and label them.
@LoopActor
final class NodeOperations {
    private let host: ClusterHost

    init(host: ClusterHost) { self.host = host }

    func setAvailability(_ availability: NodeAvailability, _ call: APICall) throws(Refusal)
        -> APIRoute.Disposition
    {
        let isDryRun = try call.isDryRun()
        let id = try resolve(call)
        let command = Command.setNodeAvailability(
            SetNodeAvailability(nodeID: id, availability: availability, requestID: call.requestID))
        return try progress(of: id, call, in: try host.after(command, isDryRun: isDryRun))
    }

    func drainProgress(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        return try progress(of: try resolve(call), call, in: host.cluster)
    }

    func patch(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let id = try resolve(call)
        guard let row = host.cluster.nodeRow(id) else { throw .notFound("node", call.parameter("id")) }
        try Precondition.check(call, row.declaration)
        let (name, labels) = try merged(try call.jsonBody(patch: true), row)
        let command = Command.updateNode(
            UpdateNode(nodeID: id, name: name, operatorLabels: labels, requestID: call.requestID))
        let cluster = try host.after(command, isDryRun: isDryRun)
        guard let view = cluster.node(id) else { throw .notFound("node", call.parameter("id")) }
        guard isDryRun else { return .answer(try NodeViews.answer(view, in: cluster)) }
        return .answer(try .json(NodeViews.detail(view, in: cluster)))
    }

    private func merged(_ patch: JSONNode, _ row: NodeRow) throws(Refusal) -> (String?, [String: String]) {
        var faults = FaultList()
        guard patch.objectValue != nil else {
            faults.add("", "an object is expected")
            throw .invalid(faults)
        }
        let labels = row.operatorLabels.sorted { $0.key < $1.key }.map {
            JSONMember(key: $0.key, value: .string($0.value))
        }
        var target = [JSONMember(key: "labels", value: .object(labels))]
        if let name = row.name { target.append(JSONMember(key: "name", value: .string(name))) }
        var body = ObjectReader(
            MergePatch.apply(patch, to: .object(target)), path: "", faults: &faults)
        let name = body.string("name", &faults)
        if let fault = name.flatMap(TextRules.nameFault) { faults.add("name", fault) }
        let wanted = LabelRules.settled(body.map("labels", &faults) ?? [:], at: "labels", &faults)
        body.finish(&faults)
        guard faults.isEmpty else { throw .invalid(faults) }
        return (name, wanted)
    }

    private func progress(
        of id: NodeID, _ call: APICall, in cluster: Cluster
    ) throws(Refusal) -> APIRoute.Disposition {
        guard let view = cluster.drain(of: id) else { throw .notFound("node", call.parameter("id")) }
        let remaining = view.remaining.map {
            DrainProgress.Remaining(
                deploymentID: $0.deploymentID, deployment: $0.deploymentName, replicaNumber: $0.replicaNumber,
                reason: $0.reason)
        }
        return .answer(
            try .json(
                DrainProgress(
                    nodeID: id, availability: view.availability, remaining: remaining,
                    leaving: view.retiringCount, done: view.isDone)))
    }

    /// A live node by its id or its name.
    private func resolve(_ call: APICall) throws(Refusal) -> NodeID {
        let reference = call.parameter("id")
        if let id = NodeID(reference), host.cluster.node(id) != nil { return id }
        if let id = host.cluster.nodeID(named: reference) { return id }
        throw .notFound("node", reference)
    }
}
