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
        let isDryRun = try dryRun(call)
        let id = try resolve(call)
        let command = Command.setNodeAvailability(
            SetNodeAvailability(nodeID: id, availability: availability, requestID: call.requestID))
        _ = isDryRun ? try host.rehearse(command) : try host.perform(command)
        return try progress(of: id, call)
    }

    func drainProgress(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        return try progress(of: try resolve(call), call)
    }

    func patch(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try dryRun(call)
        let id = try resolve(call)
        guard let row = host.cluster.nodeRow(id) else { throw .notFound("node", call.parameter("id")) }
        let (name, labels) = try merged(try call.jsonBody(patch: true), row)
        let command = Command.updateNode(
            UpdateNode(nodeID: id, name: name, operatorLabels: labels, requestID: call.requestID))
        _ = isDryRun ? try host.rehearse(command) : try host.perform(command)
        guard let view = host.cluster.node(id) else { throw .notFound("node", call.parameter("id")) }
        return .answer(try .json(NodeViews.detail(view, in: host.cluster)))
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
        let wanted = body.map("labels", &faults) ?? [:]
        for (key, value) in wanted.sorted(by: { $0.key < $1.key }) {
            if let fault = TextRules.labelFault(key) { faults.add("labels.\(key)", "key \(fault)") }
            if let fault = TextRules.labelFault(value) { faults.add("labels.\(key)", "value \(fault)") }
        }
        body.finish(&faults)
        guard faults.isEmpty else { throw .invalid(faults) }
        return (name, wanted)
    }

    private func progress(of id: NodeID, _ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        guard let view = host.cluster.drain(of: id) else { throw .notFound("node", call.parameter("id")) }
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

    private func dryRun(_ call: APICall) throws(Refusal) -> Bool {
        var query = try call.query()
        let isDryRun = query.flag("dry_run")
        try query.finish()
        return isDryRun
    }

    /// A live node by its id or its name.
    private func resolve(_ call: APICall) throws(Refusal) -> NodeID {
        let reference = call.parameter("id")
        if let id = NodeID(reference), host.cluster.node(id) != nil { return id }
        if let id = host.cluster.nodeID(named: reference) { return id }
        throw .notFound("node", reference)
    }
}
