import ClusterCore
import EventLoop
import HTTPServer
import Model
import SQLite

/// Readers that watch events as they happen: bounded in number, cut when they fall behind or lose their token.
@LoopActor
final class EventWatchers {
    private let host: ClusterHost
    private let history: HistoryReader
    private var watchers: [ObjectIdentifier: EventWatcher] = [:]
    private var isClosed = false

    init(host: ClusterHost, history: HistoryReader) {
        self.host = host
        self.history = history
    }

    /// How many watch now.
    var count: Int { watchers.count }

    /// Whether one more may watch.
    var hasRoom: Bool { !isClosed && watchers.count < ControlPlaneLimits.eventWatchers }

    /// Writes events to a reader until it leaves, is cut, or nobody watches any more.
    func serve(_ wish: EventWatcher.Wish, _ writer: ResponseWriter) async throws {
        // Between the answer's head and here others may have taken the last places.
        guard hasRoom else { return }
        let watcher = EventWatcher(wish, host, history, writer)
        watchers[ObjectIdentifier(watcher)] = watcher
        host.credentialWatch.opened(until: wish.grant.expiresAt)
        defer { watchers[ObjectIdentifier(watcher)] = nil }
        try await watcher.run()
    }

    /// Ends the streams whose credential is not valid any more; the first end of the others is returned.
    func checkCredentials() -> Timestamp? {
        let lost = watchers.values.filter { !host.isValid($0.wish.grant) }
        for watcher in lost { watcher.credentialEnded() }
        if !lost.isEmpty { host.journal.gate.changed() }
        return watchers.values.filter { host.isValid($0.wish.grant) }.compactMap(\.wish.grant.expiresAt).min()
    }

    /// Ends every stream, and lets nobody watch from now on.
    func close() {
        isClosed = true
        for watcher in watchers.values { watcher.cut() }
        host.journal.gate.changed()
    }
}
