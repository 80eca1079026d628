import Model
import Telemetry

/// Which requests were answered lately, and how often.
struct RequestWindow {
    private let spanMilliseconds: Int64?
    private let spans: Int
    private var tallies: [RequestTally] = []

    /// A window of so many seconds; 0 counts from the start on.
    init(windowSecs: Int64) {
        let width = max(1_000, windowSecs * 1000 / ControlPlaneLimits.summarySpans)
        spanMilliseconds = windowSecs == 0 ? nil : width
        spans = windowSecs == 0 ? 1 : Int((windowSecs * 1000 + width - 1) / width)
    }

    /// A kind of request; beyond the bound one that is counted and never shown.
    mutating func tally(method: String, path: String, status: String) -> RequestTally {
        if let known = tallies.first(where: {
            $0.path == path && $0.method == method && $0.status == status
        }) {
            return known
        }
        let new = RequestTally(method: method, path: path, status: status, spans: spans)
        if tallies.count < TelemetryLimits.seriesPerMetric { tallies.append(new) }
        return new
    }

    /// The span a moment lies in.
    func span(at now: MonotonicInstant) -> Int64 {
        spanMilliseconds.map { max(0, now.milliseconds) / $0 } ?? 0
    }

    /// The most frequent kinds of the window that ends now; equally frequent ones by path, method and status.
    func most(_ limit: Int, at now: MonotonicInstant) -> [MetricsSummary.Item] {
        let span = span(at: now)
        let items = tallies.compactMap { tally -> MetricsSummary.Item? in
            let count = tally.count(through: span)
            guard count > 0 else { return nil }
            return MetricsSummary.Item(
                method: tally.method, path: tally.path, status: tally.status, count: Double(count))
        }
        let sorted = items.sorted { left, right in
            if left.count != right.count { return left.count > right.count }
            return (left.path, left.method, left.status) < (right.path, right.method, right.status)
        }
        return Array(sorted.prefix(limit))
    }
}
