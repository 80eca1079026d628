import Model
import Telemetry

/// The series of the latest kinds of requests, found without making and hashing label values.
struct RequestSeries {
    /// One kind of request and where it is counted.
    struct Entry {
        let method: HTTPMethod?
        let route: String?
        let status: HTTPStatus
        let count: Counter.Series
        let durations: Histogram.Series
        let tally: RequestTally
    }

    private var entries: [Entry] = []
    private var oldest = 0

    func entry(_ method: HTTPMethod?, _ route: String?, _ status: HTTPStatus) -> Entry? {
        for entry in entries
        where entry.status == status && entry.route == route && entry.method == method {
            return entry
        }
        return nil
    }

    mutating func remember(_ entry: Entry) {
        guard entries.count == ControlPlaneLimits.recentSeries else { return entries.append(entry) }
        entries[oldest] = entry
        oldest = (oldest + 1) % entries.count
    }
}
