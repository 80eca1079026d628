internal import EventLoop
internal import Logging

/// SIGTERM and SIGINT end the work in order.
enum TerminationSignals {
    /// Runs the work until it fails or a signal asks for the end; a second signal ends the process at once.
    @LoopActor static func untilAsked(
        log: Logger, _ work: @escaping @LoopActor @Sendable () async throws -> Void
    ) async throws {
        let asked = OneShot<Void>()
        let watchers = try [SignalWatcher.Signal.terminate, .interrupt].map { signal in
            let watcher = SignalWatcher()
            try watcher.start(signal) {
                log.notice("asked to end; containers are left running")
                if !asked.succeed(()) { EventLoop.exitNow(1) }
            }
            return watcher
        }
        defer { for watcher in watchers { watcher.close() } }
        _ = ServiceNotifier.notify("READY=1")
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await work()
                return false
            }
            group.addTask {
                try await asked.wait()
                return true
            }
            defer { group.cancelAll() }
            _ = try await group.next()
            _ = ServiceNotifier.notify("STOPPING=1")
            group.cancelAll()
            do { while try await group.next() != nil {} } catch is CancellationError {}
        }
    }
}
