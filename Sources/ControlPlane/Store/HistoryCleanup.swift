import EventLoop
import SQLite

/// Takes rows of a history away that are too old or too many, again and again.
///
/// A few at a time, so that no decision waits long behind it, and until none is left: a history that grows faster than
/// one piece in a pause would never be bounded otherwise. Where nothing is old, nothing is written.
@LoopActor
struct HistoryCleanup {
    let host: ClusterHost
    let pauseMilliseconds: Int64
    /// Deletes at most `ControlPlaneLimits.prunedRows` rows that have to go now.
    let statement: @LoopActor () -> RowStatement

    /// Cleans up after every pause, until the task is cancelled.
    func run() async throws {
        while true {
            try await LoopActor.sleep(milliseconds: pauseMilliseconds)
            try await cleanUp()
        }
    }

    /// Deletes everything that has to go now.
    func cleanUp() async throws {
        do {
            while host.storageFailure == nil, try await deleteSome() > 0 {
                try await LoopActor.sleep(milliseconds: ControlPlaneLimits.cleanupSliceMilliseconds)
            }
        } catch is SQLiteFailure {
            // The store's own recovery tells of it; the next round tries again.
        }
    }

    private func deleteSome() async throws -> Int {
        let statement = statement()
        return try await host.store.worker.perform { try $0.execute(statement) }
    }
}
