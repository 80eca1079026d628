import EventLoop
import HTTPServer
import Model
import TLS
import Telemetry

/// What the control plane tells Prometheus; names of the reference where it has them.
@LoopActor
final class ControlPlaneMetrics {
    let requests: RequestMetrics
    let cluster: ClusterMetrics
    let scheduler: SchedulerMetrics
    let database: DatabaseMetrics
    let usage: UsageMetrics
    private let host: ClusterHost
    private let polls: LongPolls
    private let registry = MetricRegistry()
    private let tlsFailures: Counter
    private let lag: Histogram
    private let commitDurations: Histogram
    private let storage: StorageMetrics
    private let process: ProcessMetrics
    private let waiting: Gauge
    let tunnelFigures: TunnelFigures
    /// Whose tunnels are told of.
    weak var tunnels: TunnelHub? {
        didSet { if let tunnels { tunnelFigures.watch(tunnels) } }
    }

    init(host: ClusterHost, polls: LongPolls, settings: ControlPlaneSettings) {
        self.host = host
        self.polls = polls
        let schema = "\(Schema.newest)"
        registry.gauge(
            "control_plane_info", help: "The program; always 1.",
            labels: ["version", "git_sha", "schema_version", "schema_target_version"]
        ).set(1, [Version.current, Version.gitSHA, schema, schema])
        requests = RequestMetrics(registry, settings: settings.summary, clock: host.clock)
        cluster = ClusterMetrics(registry)
        scheduler = SchedulerMetrics(registry)
        database = DatabaseMetrics(registry)
        usage = UsageMetrics(registry, seriesLimit: settings.usage.series)
        tlsFailures = registry.counter(
            "control_plane_tls_failures_total", help: "Connections that TLS broke, by reason.",
            labels: ["reason"])
        waiting = registry.gauge("control_plane_long_polls", help: "Agents that wait for a new document.")
        lag = registry.histogram(
            "control_plane_loop_lag_seconds", help: "How late the loop looked at a timer.")
        commitDurations = registry.histogram(
            "control_plane_commit_duration_seconds", help: "From a decision to its commit.")
        storage = StorageMetrics(registry)
        tunnelFigures = TunnelFigures(registry)
        process = ProcessMetrics(registry, started: host.clock.now().wall)
        watchHost()
    }

    private func watchHost() {
        host.onCommitted = { [weak self] in self?.committed(nanoseconds: $0) }
        host.onSwept = { [weak self] in self?.cluster.swept(nanoseconds: $0) }
        host.onOutcome = { [weak self, unowned host] command, outcome in
            self?.scheduler.decided(command, outcome, host.cluster)
        }
    }

    func answered(_ record: AccessRecord) { requests.answered(record) }

    func tlsFailed(_ code: TLSFailure.Code) { tlsFailures.increment([code.rawValue]) }

    func loopLagged(nanoseconds: UInt64) { lag.observe(Double(nanoseconds) / 1e9) }

    func committed(nanoseconds: UInt64) { commitDurations.observe(Double(nanoseconds) / 1e9) }

    func render(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        collect()
        return .answer(
            Answer(status: .ok, contentType: MetricRegistry.contentType, body: registry.render()))
    }

    private func collect() {
        cluster.collect(host.cluster)
        waiting.set(Double(polls.count))
        if let tunnels { tunnelFigures.collect(tunnels) }
        storage.collect(host.store)
        usage.collect()
        process.collect()
    }
}
