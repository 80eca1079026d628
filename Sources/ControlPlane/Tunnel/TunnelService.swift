import ClusterCore
import EventLoop
import HTTP2
import HTTPServer
import JSON
import Model
import SQLite
import Tunnel

/// Checks requests that go through a node's tunnel, and says that there is none.
///
/// Everything about a request that can be wrong is told first, so that a client meets 503 only where the tunnel is
/// what is missing.
@LoopActor
final class TunnelService {
    private let host: ClusterHost
    private let tunnels: TunnelHub
    private let streams: OperatorStreams
    private let operatorHeader: String
    private let logBounds: LogBounds

    init(host: ClusterHost, tunnels: TunnelHub, settings: ControlPlaneSettings) {
        streams = tunnels.streams
        self.host = host
        operatorHeader = settings.operatorHeader
        logBounds = settings.logs
        self.tunnels = tunnels
    }

    func logs(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        let replica = query.integer("replica", in: 0...Int64(SpecLimits.replicas - 1))
        var wish = LogWish()
        wish.follows = query.flag("follow")
        wish.hasTimestamps = query.flag("timestamps")
        wish.tail = query.integer("tail", in: 0...ControlPlaneLimits.logTailLines)
        if let text = query.text("since") {
            wish.since = Timestamp(text)
            if wish.since == nil { query.fault("since", "an RFC 3339 time is expected") }
        }
        try query.finish()
        let instances = try instances(of: try deployment(call), replica, call)
        let sources = LogSources(
            instances, logBounds.bounded(wish, now: host.clock.now().wall), name: deploymentName(call),
            tunnels: tunnels,
            for: streams.caller(of: call))
        guard sources.hasTunnel else { throw .tunnelUnavailable(instances[0].nodeID) }
        return try later(call) {
            try await sources.open()
            return .streamed(type: "text/plain; charset=utf-8") { try await sources.copy(to: $0) }
        }
    }

    func exec(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        let id = try deployment(call)
        var faults = FaultList()
        var body = ObjectReader(try call.jsonBody(), path: "", faults: &faults)
        let command = body.strings("command", &faults) ?? []
        let replica = body.integer("replica", in: 0...Int64(SpecLimits.replicas - 1), &faults)
        let hasTerminal = body.bool("tty", &faults) ?? false
        if command.isEmpty || command[0].isEmpty { faults.add("command", "a program is expected") }
        if command.reduce(0, { $0 + $1.utf8.count + 1 }) > SpecLimits.blockBytes {
            faults.add("command", "must be at most \(SpecLimits.blockBytes) bytes in all")
        }
        body.finish(&faults)
        guard faults.isEmpty else { throw .invalid(faults) }
        let instance = try instances(of: id, replica, call, prefersOne: true)[0]
        let tunnel = try tunnel(to: instance.nodeID)
        let offers = try offersStream(call)
        let order = ExecutionOrder(command: command, tty: hasTerminal, stdin: offers)
        let execution = RemoteExecution(
            tunnel, instance.assignmentID, order, for: streams.caller(of: call))
        return try later(call) {
            try await execution.start()
            guard offers else { return try .json(try await execution.collect()) }
            return .upgrade(to: StreamUpgrade.name) { execution.converse($0, $1) }
        }
    }

    func forwardPort(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        let replica = query.integer("replica", in: 0...Int64(SpecLimits.replicas - 1))
        let port = query.integer("port", in: 1...65_535)
        if port == nil, query.text("port") == nil { query.fault("port", "is required") }
        try query.finish()
        let instance = try instances(of: try deployment(call), replica, call, prefersOne: true)[0]
        let tunnel = try tunnel(to: instance.nodeID)
        guard try offersStream(call), let port else { throw StreamUpgrade.required }
        let caller = streams.caller(of: call)
        return try later(call) {
            let opened = caller.take(try tunnel.connect(to: "\(instance.assignmentID):\(port)"))
            try await opened.expectOK()
            return .upgrade(to: StreamUpgrade.name) { opened.bridge($0, $1) }
        }
    }

    /// What an agent says of itself, passed on as it says it.
    func ask(_ call: APICall, _ path: String, type: String) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        let tunnel = try tunnel(to: try node(call.parameter("id")))
        let caller = streams.caller(of: call)
        return try later(call) {
            let opened = caller.take(try tunnel.open("GET", path))
            try await opened.expectOK()
            let body = try await opened.stream.collect(limit: ControlPlaneLimits.agentAnswerBytes)
            return Answer(status: .ok, contentType: type, body: body)
        }
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
        let instances = host.cluster.instances(on: node).filter { $0.deploymentID == id }
        guard let instance = instances.first(where: \.isReady) ?? instances.first else {
            throw .notFound("replica on this node of deployment", reference)
        }
        let tunnel = try tunnel(to: node)
        let target = Self.rest(of: call.request.head.target, behind: 4)
        return try later(call) {
            try await self.tunnels.relay.count {
                try await self.exchange(
                    call, target, host: "\(reference):\(port)",
                    try tunnel.connect(to: "\(instance.assignmentID):\(port)")
                ).answer()
            }
        }
    }

    func relayToAgent(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let node = try relayNode(call)
        let tunnel = try tunnel(to: node)
        let target = Self.rest(of: call.request.head.target, behind: 3)
        return try later(call) {
            try await self.tunnels.relay.count {
                try await self.exchange(
                    call, target, host: "\(call.parameter("node"))",
                    try tunnel.connect(to: "-:1", [HTTP2Field(TunnelProtocol.routeHeader, target)])
                ).answer()
            }
        }
    }

    private func exchange(
        _ call: APICall, _ target: String, host: String, _ stream: TunnelStream
    ) -> RelayExchange {
        RelayExchange(
            call, target: target, host: host, credentials: [operatorHeader],
            streams.caller(of: call).take(stream))
    }

    /// The raw path behind so many segments, with its query.
    nonisolated static func rest(of target: String, behind segments: Int) -> String {
        var rest = target[...]
        for _ in 0..<segments { rest = rest.dropFirst().drop { $0 != "/" && $0 != "?" } }
        return rest.first == "/" ? String(rest) : "/" + rest
    }

    private func relayNode(_ call: APICall) throws(Refusal) -> NodeID {
        try node(call.parameter("node"))
    }

    private func node(_ reference: String) throws(Refusal) -> NodeID {
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

    private func deploymentName(_ call: APICall) -> String {
        DeploymentID(call.parameter("id")).flatMap { host.cluster.deploymentRow($0)?.spec.name }
            ?? call.parameter("id")
    }

    /// The replica that was named, or all that are placed, those that serve first where only one is wanted.
    private func instances(
        of id: DeploymentID, _ replica: Int64?, _ call: APICall, prefersOne: Bool = false
    ) throws(Refusal) -> [ClusterCore.InstanceView] {
        let instances = host.cluster.deployment(id, explaining: false)?.instances ?? []
        if let replica {
            let found = instances.filter { $0.replicaNumber == Int(replica) }
            guard !found.isEmpty else {
                throw .notFound("placed replica \(replica) of deployment", call.parameter("id"))
            }
            return found
        }
        guard !instances.isEmpty else {
            throw .notFound("placed replica of deployment", call.parameter("id"))
        }
        guard prefersOne else { return instances }
        let reachable = instances.filter { tunnels.tunnel(to: $0.nodeID) != nil }
        return [
            reachable.first(where: \.isReady) ?? reachable.first ?? instances.first(where: \.isReady)
                ?? instances[0]
        ]
    }

    private func tunnel(to id: NodeID) throws(Refusal) -> NodeTunnel {
        guard let tunnel = tunnels.tunnel(to: id) else { throw .tunnelUnavailable(id) }
        return tunnel
    }

    /// Whether the client asks for a raw stream; asking for another protocol is an error.
    private func offersStream(_ call: APICall) throws(Refusal) -> Bool {
        guard call.request.offersUpgrade else { return false }
        guard call.header("upgrade") == StreamUpgrade.name else { throw StreamUpgrade.required }
        return true
    }

    /// Answers when `work` has an answer; a client that leaves cancels it.
    ///
    /// What cannot be taken back begins once its audit entry is durable.
    private func later(
        _ call: APICall, _ work: @escaping @LoopActor () async throws -> Answer
    ) throws(Refusal) -> APIRoute.Disposition {
        let entry = try call.begins?(call)
        let task = CallTask.start { [host, tunnels] in
            do {
                if let entry {
                    try await host.store.barrier.wait(for: entry)
                    try Task.checkCancellation()
                    call.hasBegun = true
                }
                call.answer(.success(try await tunnels.forwards.count(work)))
            } catch let failure as SQLiteFailure {
                call.answer(.failure(.storage(failure)))
            } catch {
                call.answer(.failure(Refusal(tunnel: error)))
            }
        }
        call.onAbandoned = { task.cancel() }
        return .later
    }
}

extension Refusal {
    /// The node cannot be reached from here at present.
    static func tunnelUnavailable(_ node: NodeID) -> Refusal {
        Refusal(
            .serviceUnavailable, "tunnel_unavailable", "node \(node) has no tunnel to this control plane",
            headers: [("retry-after", "\(ControlPlaneLimits.tunnelRetrySeconds)")])
    }
}
