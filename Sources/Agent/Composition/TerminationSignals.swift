internal import EventLoop
internal import Logging

/// SIGTERM and SIGINT end the work in order.
enum TerminationSignals {
    /// Runs the work until it fails or a signal asks for the end; a second signal ends the process at once.
    ///
    /// - Parameters:
    ///   - log: Hears of the signals.
    ///   - status: What a service manager shows of the agent.
    ///   - work: The work; containers are left running by its end.
    /// - Throws: What the work throws, or that signals cannot be watched.
    @LoopActor static func untilAsked(
        log: Logger,
        status: @escaping @LoopActor @Sendable () -> String = { "keeping containers as declared" },
        _ work: @escaping @LoopActor @Sendable () async throws -> Void
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
        let hangUp = SignalWatcher()
        // Every file a setting names is opened anew whenever it is used, so there is nothing to read again.
        try hangUp.start(.hangUp) {
            ServiceNotifier.reloading {
                log.info("SIGHUP: files named by settings are read at their next use")
            }
        }
        defer { for watcher in watchers + [hangUp] { watcher.close() } }
        _ = ServiceNotifier.notify("READY=1\nSTATUS=\(status())")
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await work()
                return false
            }
            group.addTask {
                try await asked.wait()
                return true
            }
            group.addTask {
                try await feedWatchdog(status)
                return true
            }
            defer { group.cancelAll() }
            _ = try await group.next()
            _ = ServiceNotifier.notify("STOPPING=1\nSTATUS=stopping; containers are left running")
            group.cancelAll()
            do { while try await group.next() != nil {} } catch is CancellationError {}
        }
    }

    /// Tells systemd that the loop turns, if it wants to know; else waits to be cancelled.
    @LoopActor private static func feedWatchdog(_ status: @LoopActor () -> String) async throws {
        guard let pause = ServiceNotifier.watchdogMilliseconds else {
            return try await OneShot<Void>().wait()
        }
        while true {
            _ = ServiceNotifier.notify("WATCHDOG=1\nSTATUS=\(status())")
            try await LoopActor.sleep(milliseconds: pause)
        }
    }
}
