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
    /// Set when the process is on its way out.
    var isStopping = false

    init(host: ClusterHost, settings: ControlPlaneSettings) {
        self.host = host
        headers = AgentHeaders.of(settings)
        started = host.clock.now().monotonic
    }

    func health(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        let conditions = self.conditions()
        let uptime = host.clock.now().monotonic.milliseconds(since: started) / 1000
        let response = HealthResponse(
            status: conditions.isEmpty ? "ok" : "degraded", version: Version.current, uptimeSecs: uptime,
            nodes: Self.words(host.cluster.nodeCounts()),
            deployments: Self.words(ClusterCensus.deployments(host.cluster)), conditions: conditions)
        return .answer(try .json(response, headers: headers))
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
