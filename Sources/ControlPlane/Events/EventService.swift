import ClusterCore
import EventLoop
import HTTPServer
import Model
import SQLite

/// What happened, as a page or as a stream that goes on.
@LoopActor
final class EventService {
    private let host: ClusterHost
    private let history: HistoryReader
    private let watchers: EventWatchers

    init(host: ClusterHost, history: HistoryReader, watchers: EventWatchers) {
        self.host = host
        self.history = history
        self.watchers = watchers
    }

    func events(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isStream = Self.wantsStream(call.header("accept"))
        var query = try call.query()
        let filter = EventFilter(&query)
        let limit = isStream ? nil : query.integer("limit", in: 1...Int64(ControlPlaneLimits.maxPageItems))
        let text = query.text("since")
        let since = text.flatMap { EventID($0) }
        if text != nil, since == nil { query.fault("since", "an id of an event, EPOCH-NUMBER, is expected") }
        try query.finish()
        guard isStream else {
            return page(filter, since, limit.map { Int($0) } ?? ControlPlaneLimits.pageItems)
        }
        let last = call.header("last-event-id")
        return .answer(try stream(call, filter, last.map { EventID($0) } ?? since, isResumed: last != nil))
    }

    private func page(_ filter: EventFilter, _ since: EventID?, _ limit: Int) -> APIRoute.Disposition {
        let (history, epoch, isGone) = (history, host.cluster.epoch, since.map(isUnknown) ?? false)
        return .work { () throws(Refusal) in
            guard !isGone else { throw .eventsGone }
            let found: (items: [EventView], oldest: UInt64, newest: UInt64)
            do {
                found = try await history.read(rows: limit) { connection in
                    let newest = try EventRecords.bounds(connection).newest
                    let items =
                        if let since {
                            try EventRecords.page(after: since.sequence, filter, limit: limit, connection)
                        } else {
                            try EventRecords.newest(filter, limit: limit, connection)
                        }
                    // Read last, so that nothing was deleted between.
                    return (items, try EventRecords.bounds(connection).oldest, newest)
                }
            } catch {
                throw .history(error)
            }
            if let since, since.sequence + 1 < found.oldest { throw .eventsGone }
            let isWhole = since == nil || found.items.count < limit
            let newest = max(found.newest, since?.sequence ?? 0, found.items.last?.id.sequence ?? 0)
            let place = isWhole ? newest : found.items.last?.id.sequence ?? newest
            let page = EventPage(
                items: found.items, limit: limit, lastEventID: EventID(epoch: epoch, sequence: place))
            return try await .writtenBeside { () throws(Refusal) in try .json(page) }
        }
    }

    private func stream(
        _ call: APICall, _ filter: EventFilter, _ since: EventID?, isResumed: Bool
    ) throws(Refusal) -> Answer {
        guard watchers.hasRoom else { throw .tooManyWatchers }
        guard let grant = call.grant else { throw .operatorForbidden }
        let isReset = since.map(isUnknown) ?? isResumed
        let start = isReset ? host.journal.last : since?.sequence ?? host.journal.last
        let wish = EventWatcher.Wish(filter: filter, since: start, isReset: isReset, grant: grant)
        let watchers = watchers
        var answer = Answer(
            status: .ok, headers: [("cache-control", "no-store"), ("x-accel-buffering", "no")],
            contentType: "text/event-stream")
        answer.stream = { writer in try await watchers.serve(wish, writer) }
        return answer
    }

    /// Whether a place belongs to another history, or is one that this one has not reached.
    private func isUnknown(_ place: EventID) -> Bool {
        place.epoch != host.cluster.epoch || place.sequence > host.journal.last
    }

    private static func wantsStream(_ accept: String?) -> Bool {
        (accept ?? "").lowercased().split(separator: "," as Character).contains { item in
            let name = item.prefix { $0 != ";" }
            return HTTPToken.trimmed(Array(name.utf8)).elementsEqual("text/event-stream".utf8)
        }
    }
}

extension Refusal {
    /// What the reader knew last is not known here any more.
    static let eventsGone = Refusal(
        .gone, "events_gone",
        "the events behind this place are no longer kept, or belong to another history: list what you watch anew"
    )

    static let tooManyWatchers = Refusal(
        .serviceUnavailable, "too_many_watchers", "too many readers watch events already; try again later",
        headers: [("retry-after", "5")])
}
