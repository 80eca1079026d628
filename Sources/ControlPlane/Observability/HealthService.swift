import ClusterCore
import EventLoop
import Model
import SQLite

/// How the control plane does, for people and for supervisors.
@LoopActor
final class HealthService {
    private let host: ClusterHost
    private let headers: [(String, String)]
    private let started: MonotonicInstant
    private let window: AgentWindow
    /// Whose tunnels are told of.
    weak var tunnels: TunnelHub?
    /// Who asks, where that is an operator.
    var identify: (@LoopActor (APICall) -> OperatorGrant?)?
    /// Set when the process is on its way out.
    var isStopping = false

    init(host: ClusterHost, settings: ControlPlaneSettings) {
        self.host = host
        headers = AgentHeaders.of(settings)
        window = settings.agentWindow
        started = host.clock.now().monotonic
    }

    func health(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        let conditions = self.conditions()
        let uptime = host.clock.now().monotonic.milliseconds(since: started) / 1000
        var response = HealthResponse(
            status: conditions.isEmpty ? "ok" : "degraded", version: Version.current, uptimeSecs: uptime,
            nodes: Self.words(host.cluster.nodeCounts()),
            deployments: Self.words(ClusterCensus.deployments(host.cluster)), conditions: conditions)
        describeBuild(&response)
        describeTunnels(&response, call)
        return .answer(try .json(response, headers: headers))
    }

    private func describeBuild(_ response: inout HealthResponse) {
        response.controlPlaneVersion = Version.current
        response.gitSHA = Version.gitSHA
        response.minSupportedAgentVersion = "\(window.oldest)"
        response.maxSupportedAgentVersion = "\(window.newest)"
        // A start makes every change, or fails.
        response.schemaVersion = Schema.newest
        response.targetSchemaVersion = Schema.newest
        response.pendingMigrations = 0
    }

    private func describeTunnels(_ response: inout HealthResponse, _ call: APICall) {
        guard let tunnels else { return }
        response.tunnelSessionsActive = tunnels.readyCount
        response.tunnelFreshestHeartbeatSecs = tunnels.freshestSecs
        let isOperator = identify?(call)?.scopes.contains(.nodeRead) == true
        response.relay = tunnels.relay.health(showsError: isOperator)
        guard isOperator else { return }
        let now = host.clock.now().wall
        response.tunnelStatuses = host.cluster.nodes().map { node in
            HealthResponse.Tunnel(
                nodeID: node.row.id,
                status: tunnels.tunnel(to: node.row.id) == nil ? "disconnected" : "connected",
                lastHeartbeatSecs: node.lastSeen.map { max(0, now.milliseconds - $0.milliseconds) / 1000 })
        }
    }

    func live(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        return .answer(.text("ok\n"))
    }

    func ready(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        if isStopping {
            throw Refusal(
                .serviceUnavailable, "stopping", "the control plane is stopping",
                headers: [("retry-after", "5")])
        }
        if let shortage = host.shortage { throw .storage(shortage) }
        return .answer(.text("ok\n"))
    }

    private func conditions() -> [Condition] {
        var conditions: [Condition] = []
        if let shortage = host.shortage {
            let dropped = host.store.worker.counters.droppedTelemetry
            conditions.append(
                Condition(
                    type: "storage_unavailable",
                    message:
                        "the database cannot be written (\(Refusal.reason(shortage))); changes are refused until it "
                        + "can, \(dropped) unimportant ones were dropped since the start"))
        }
        if host.cluster.isMassLossBrakeEngaged {
            conditions.append(
                Condition(
                    type: "mass_loss", message: "many nodes are missing at once; their replicas are not moved"
                ))
        }
        return conditions
    }

    private static func words<Word: RawRepresentable>(_ counts: [Word: Int]) -> [String: Int]
    where Word.RawValue == String {
        Dictionary(counts.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: +)
    }
}
