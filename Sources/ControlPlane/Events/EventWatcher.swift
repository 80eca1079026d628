import ClusterCore
import EventLoop
import HTTPServer
import Model
import SQLite

/// One reader of a stream of events, and how far it has read.
///
/// It pulls: what is no longer in memory comes from the database, page by page at the reader's pace; what has just
/// happened is written at once, and a reader that is behind by more than its connection's queue holds is cut: it
/// comes back with its last id and loses nothing.
@LoopActor
final class EventWatcher {
    /// What a reader asked for.
    struct Wish: Sendable {
        let filter: EventFilter
        /// Where it has read up to.
        let since: UInt64
        /// Whether what it asked to go on from is not there any more.
        let isReset: Bool
        let grant: OperatorGrant
    }

    let wish: Wish
    private let host: ClusterHost
    private let history: HistoryReader
    private let writer: ResponseWriter
    private var sequence: UInt64
    private var isCut = false
    private var hasLostCredential = false

    init(_ wish: Wish, _ host: ClusterHost, _ history: HistoryReader, _ writer: ResponseWriter) {
        self.wish = wish
        self.host = host
        self.history = history
        self.writer = writer
        sequence = wish.since
    }

    /// Ends the stream at the next look.
    func cut() { isCut = true }

    /// Ends the stream at the next look, and says why.
    func credentialEnded() {
        hasLostCredential = true
        isCut = true
    }

    func run() async throws {
        try send(EventFrames.beginning(place, isReset: wish.isReset))
        while !isCut {
            if let events = host.journal.events(after: sequence) {
                try follow(events)
                try await waitForMore()
            } else {
                try await catchUp()
            }
        }
        guard hasLostCredential else { return }
        try send(EventFrames.end(code: "forbidden", wish.grant.endWords))
    }

    private var journal: EventJournal { host.journal }
    private var place: EventID { EventID(epoch: host.cluster.epoch, sequence: sequence) }

    private func follow(_ events: ArraySlice<EventView>) throws {
        for event in events {
            sequence = event.id.sequence
            if wish.filter.takes(event) { try send(try EventFrames.frame(event)) }
        }
    }

    /// Events that are no longer in memory, at the reader's pace.
    private func catchUp() async throws {
        let (filter, after) = (wish.filter, sequence)
        let page = try await history.read { connection in
            let bounds = try EventRecords.bounds(connection)
            let limit = SQLiteLimits.historyRows - 1
            return (try EventRecords.page(after: after, filter, limit: limit, connection), limit, bounds)
        }
        let (events, limit, bounds) = page
        guard after + 1 >= bounds.oldest else {
            // Meanwhile what it had to read was deleted.
            sequence = journal.committed
            return try send(EventFrames.beginning(place, isReset: true))
        }
        for event in events {
            sequence = event.id.sequence
            try await writer.write(try EventFrames.frame(event))
        }
        if events.count < limit { sequence = max(sequence, bounds.newest) }
    }

    private func waitForMore() async throws {
        do {
            try await journal.gate.until(
                deadlineMilliseconds: ControlPlaneLimits.eventKeepAliveMilliseconds, operation: "watch events"
            ) { journal.committed > sequence || isCut || writer.isBroken }
        } catch let failure as LoopFailure where failure.code == .deadline {
            try send(EventFrames.keepAlive(place))
        }
    }

    private func send(_ bytes: [UInt8]) throws {
        // What is queued for a reader is bounded; it is told by the broken stream that it missed something.
        guard try writer.writeNow(bytes) else { throw CancellationError() }
    }
}
