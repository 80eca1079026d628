import ClusterCore
import EventLoop
import HTTPServer
import Model
import SQLite
import Telemetry

/// What the control plane tells Prometheus; names of the reference where it has them.
@LoopActor
final class ControlPlaneMetrics {
    private let host: ClusterHost
    private let polls: LongPolls
    private let registry = MetricRegistry()
    private var recent = RequestSeries()
    private let requests: Counter
    private let durations: Histogram
    private let lag: Histogram
    private let commitDurations: Histogram
    private let nodes: Gauge
    private let deployments: Gauge
    private let storage: StorageMetrics
    private let process: ProcessMetrics
    private let waiting: Gauge

    init(host: ClusterHost, polls: LongPolls) {
        self.host = host
        self.polls = polls
        registry.gauge("control_plane_info", help: "The program; always 1.", labels: ["version"])
            .set(1, [Version.current])
        requests = registry.counter(
            "control_plane_http_requests_total", help: "Answered requests.",
            labels: ["method", "path", "status"])
        durations = registry.histogram(
            "control_plane_http_request_duration_seconds", help: "From a request's head to its answer.",
            labels: ["method", "path"])
        nodes = registry.gauge("control_plane_nodes", help: "Nodes by status.", labels: ["status"])
        deployments = registry.gauge(
            "control_plane_deployments", help: "Deployments by status.", labels: ["status"])
        waiting = registry.gauge("control_plane_long_polls", help: "Agents that wait for a new document.")
        lag = registry.histogram(
            "control_plane_loop_lag_seconds", help: "How late the loop looked at a timer.")
        commitDurations = registry.histogram(
            "control_plane_commit_duration_seconds", help: "From a decision to its commit.")
        storage = StorageMetrics(registry)
        process = ProcessMetrics(registry, started: host.clock.now().wall)
    }

    func answered(_ record: AccessRecord) {
        let entry = recent.entry(record.method, record.route, record.status) ?? newEntry(record)
        entry.count.increment()
        entry.durations.observe(Double(record.durationNanoseconds) / 1e9)
    }

    private func newEntry(_ record: AccessRecord) -> RequestSeries.Entry {
        // Routes, never paths: a stranger must not be able to make series.
        let method =
            Self.known.contains(record.method ?? .other("-")) ? record.method?.name ?? "other" : "other"
        let path = record.route ?? "unmatched"
        let entry = RequestSeries.Entry(
            method: record.method, route: record.route, status: record.status,
            count: requests.with([method, path, "\(record.status.code)"]),
            durations: durations.with([method, path]))
        recent.remember(entry)
        return entry
    }

    func loopLagged(nanoseconds: UInt64) { lag.observe(Double(nanoseconds) / 1e9) }

    func committed(nanoseconds: UInt64) { commitDurations.observe(Double(nanoseconds) / 1e9) }

    func render(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        try call.refuseQuery()
        collect()
        return .answer(
            Answer(status: .ok, contentType: MetricRegistry.contentType, body: registry.render()))
    }

    private func collect() {
        let nodeCounts = host.cluster.nodeCounts()
        for status in NodeStatus.allCases { nodes.set(Double(nodeCounts[status] ?? 0), [status.rawValue]) }
        let deploymentCounts = ClusterCensus.deployments(host.cluster)
        for status in DeploymentStatus.allCases {
            deployments.set(Double(deploymentCounts[status] ?? 0), [status.rawValue])
        }
        waiting.set(Double(polls.count))
        storage.collect(host.store)
        process.collect()
    }

    private static let known: Set<HTTPMethod> = [.get, .head, .post, .put, .patch, .delete, .options]
}
