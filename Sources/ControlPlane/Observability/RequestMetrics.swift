import EventLoop
import HTTPServer
import Model
import Telemetry

/// Counts answered requests: for Prometheus, and for the summary of the last minutes.
@LoopActor
final class RequestMetrics {
    private var recent = RequestSeries()
    private var window: RequestWindow
    private let settings: SummarySettings
    private let clock: any TimeSource
    private let requests: Counter
    private let durations: Histogram
    private let internalErrors: Counter
    private let refusals: Counter
    private let versions: Counter

    init(_ registry: MetricRegistry, settings: SummarySettings, clock: any TimeSource) {
        self.settings = settings
        self.clock = clock
        window = RequestWindow(windowSecs: settings.windowSecs)
        requests = registry.counter(
            "control_plane_http_requests_total", help: "Answered requests.",
            labels: ["method", "path", "status"])
        durations = registry.histogram(
            "control_plane_http_request_duration_seconds", help: "From a request's head to its answer.",
            labels: ["method", "path"])
        internalErrors = registry.counter(
            "control_plane_internal_errors_total", help: "Requests that failed inside.")
        refusals = registry.counter(
            "control_plane_auth_failures_total", help: "Requests refused for their credential.",
            labels: ["path", "status"])
        versions = registry.counter(
            "control_plane_agent_version_mismatch_total",
            help: "Requests refused for the agent's version.", labels: ["reason"])
        _ = versions.with([Self.unsupported])
    }

    func answered(_ record: AccessRecord) {
        let entry = recent.entry(record.method, record.route, record.status) ?? newEntry(record)
        entry.count.increment()
        entry.durations.observe(Double(record.durationNanoseconds) / 1e9)
        entry.tally.add(in: window.span(at: clock.now().monotonic))
        switch record.status.code {
        case 401, 403: refusals.increment([entry.tally.path, entry.tally.status])
        case 426: versions.increment([Self.unsupported])
        case 500: internalErrors.increment()
        default: break
        }
    }

    /// Which requests were answered most lately.
    func summary(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        var query = try call.query()
        let limit = query.integer("limit", in: 1...settings.limit) ?? settings.limit
        try query.finish()
        let now = clock.now()
        return .answer(
            try .json(
                MetricsSummary(
                    limit: Int(limit), windowSecs: settings.windowSecs, asOf: now.wall,
                    items: window.most(Int(limit), at: now.monotonic))))
    }

    private func newEntry(_ record: AccessRecord) -> RequestSeries.Entry {
        // Routes, never paths: a stranger must not be able to make series.
        let method =
            Self.known.contains(record.method ?? .other("-")) ? record.method?.name ?? "other" : "other"
        let path = record.route ?? "unmatched"
        let status = "\(record.status.code)"
        let entry = RequestSeries.Entry(
            method: record.method, route: record.route, status: record.status,
            count: requests.with([method, path, status]), durations: durations.with([method, path]),
            tally: window.tally(method: method, path: path, status: status))
        recent.remember(entry)
        return entry
    }

    private static let unsupported = "unsupported_version"
    private static let known: Set<HTTPMethod> = [.get, .head, .post, .put, .patch, .delete, .options]
}
