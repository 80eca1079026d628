import ClusterCore
import EventLoop
import JSON
import Model

/// Checks requests that go through a node's tunnel, and says that there is none.
///
/// Everything about a request that can be wrong is told first, so that a client meets 503 only where the tunnel is
/// what is missing.
@LoopActor
final class TunnelService {
    private let host: ClusterHost

    init(host: ClusterHost) { self.host = host }

    func logs(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        let replica = query.integer("replica", in: 0...Int64(SpecLimits.replicas - 1))
        _ = query.flag("follow")
        _ = query.flag("timestamps")
        _ = query.integer("tail", in: 0...ControlPlaneLimits.logTailLines)
        if let since = query.text("since"), Timestamp(since) == nil {
            query.fault("since", "an RFC 3339 time is expected")
        }
        try query.finish()
        throw .tunnelUnavailable(try node(of: try deployment(call), replica, call))
    }

    func exec(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        let id = try deployment(call)
        var faults = FaultList()
        var body = ObjectReader(try call.jsonBody(), path: "", faults: &faults)
        let command = body.strings("command", &faults) ?? []
        let replica = body.integer("replica", in: 0...Int64(SpecLimits.replicas - 1), &faults)
        _ = body.bool("tty", &faults)
        if command.isEmpty || command[0].isEmpty { faults.add("command", "a program is expected") }
        if command.reduce(0, { $0 + $1.utf8.count + 1 }) > SpecLimits.blockBytes {
            faults.add("command", "must be at most \(SpecLimits.blockBytes) bytes in all")
        }
        body.finish(&faults)
        guard faults.isEmpty else { throw .invalid(faults) }
        throw .tunnelUnavailable(try node(of: id, replica, call))
    }

    func forwardPort(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        let replica = query.integer("replica", in: 0...Int64(SpecLimits.replicas - 1))
        if query.integer("port", in: 1...65_535) == nil, query.text("port") == nil {
            query.fault("port", "is required")
        }
        try query.finish()
        throw .tunnelUnavailable(try node(of: try deployment(call), replica, call))
    }

    func relayToContainer(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let node = try relayNode(call)
        let reference = call.parameter("deployment")
        guard let id = DeploymentID(reference) ?? host.cluster.deploymentID(named: reference),
            host.cluster.deploymentRow(id) != nil
        else { throw .notFound("deployment", reference) }
        guard let port = UInt16(call.parameter("port")), port > 0 else {
            throw .badRequest(
                "the port in the path is not valid",
                details: [FieldFault(field: "port", message: "a whole number from 1 to 65535 is expected")])
        }
        guard host.cluster.instances(on: node).contains(where: { $0.deploymentID == id }) else {
            throw .notFound("replica on this node of deployment", reference)
        }
        throw .tunnelUnavailable(node)
    }

    func relayToAgent(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        throw .tunnelUnavailable(try relayNode(call))
    }

    private func relayNode(_ call: APICall) throws(Refusal) -> NodeID {
        let reference = call.parameter("node")
        if let id = NodeID(reference), host.cluster.node(id) != nil { return id }
        if let id = host.cluster.nodeID(named: reference) { return id }
        throw .notFound("node", reference)
    }

    private func deployment(_ call: APICall) throws(Refusal) -> DeploymentID {
        let reference = call.parameter("id")
        if let id = DeploymentID(reference), host.cluster.deploymentRow(id) != nil { return id }
        if let id = host.cluster.deploymentID(named: reference) { return id }
        throw .notFound("deployment", reference)
    }

    /// The node of a replica, or of the first one that is placed.
    private func node(
        of id: DeploymentID, _ replica: Int64?, _ call: APICall
    ) throws(Refusal) -> NodeID {
        let instances = host.cluster.deployment(id, explaining: false)?.instances ?? []
        if let replica {
            if let found = instances.first(where: { $0.replicaNumber == Int(replica) }) {
                return found.nodeID
            }
            throw .notFound("placed replica \(replica) of deployment", call.parameter("id"))
        }
        if let first = instances.first(where: \.isReady) ?? instances.first { return first.nodeID }
        throw .notFound("placed replica of deployment", call.parameter("id"))
    }
}

extension Refusal {
    /// The node cannot be reached from here at present.
    fileprivate static func tunnelUnavailable(_ node: NodeID) -> Refusal {
        Refusal(
            .serviceUnavailable, "tunnel_unavailable", "node \(node) has no tunnel to this control plane",
            headers: [("retry-after", "\(ControlPlaneLimits.tunnelRetrySeconds)")])
    }
}
