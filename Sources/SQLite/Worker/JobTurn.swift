import EventLoop

/// Lets one job at a time have a connection, first come first served.
@LoopActor
final class JobTurn {
    private var waiting: [OneShot<Void>] = []
    private(set) var isTaken = false

    nonisolated init() {}

    /// Waits for the turn; every success is followed by one `end()`.
    ///
    /// - Throws: `storage_busy` when too many wait, the loop's deadline failure, or `CancellationError`.
    func begin(deadlineMilliseconds: Int64 = SQLiteLimits.turnMilliseconds) async throws {
        guard isTaken else {
            isTaken = true
            return
        }
        guard waiting.count < SQLiteLimits.waitingJobs else {
            throw SQLiteFailure(
                .storageBusy, operation: "wait for the database", detail: "\(waiting.count) jobs wait already"
            )
        }
        let turn = OneShot<Void>()
        waiting.append(turn)
        do {
            try await turn.wait(
                deadlineMilliseconds: deadlineMilliseconds, operation: "wait for the database")
        } catch {
            waiting.removeAll { $0 === turn }
            throw error
        }
    }

    /// Waits for the turn before everybody else, however many wait; for the one writer, which is not cancelled.
    func beginFirst() async throws {
        guard isTaken else {
            isTaken = true
            return
        }
        let turn = OneShot<Void>()
        waiting.insert(turn, at: 0)
        try await turn.wait()
    }

    /// Hands the turn to the one that waits longest.
    func end() {
        while !waiting.isEmpty {
            // A waiter whose task was cancelled is settled already and refuses the turn.
            guard !waiting.removeFirst().succeed(()) else { return }
        }
        isTaken = false
    }
}
