public import EventLoop

/// Reads history on a read-only connection of its own, beside the database worker.
///
/// One read is in flight on libuv's pool; others wait, at most `SQLiteLimits.waitingJobs`. Every read has a row
/// limit and a deadline that includes the wait.
@LoopActor
public final class HistoryReader {
    private let job: ConnectionJob
    private let turn = JobTurn()

    private init(_ job: ConnectionJob) { self.job = job }

    /// Opens the connection on a pool thread; the database worker has the file open already.
    ///
    /// - Parameter path: The path of the database.
    /// - Returns: A reader.
    /// - Throws: What SQLite says.
    public static func open(path: String) async throws -> HistoryReader {
        HistoryReader(try await ConnectionJob.open(ConnectionOptions(path: path, access: .readOnly)))
    }

    /// Runs `work` with the connection, bounded in rows and time.
    ///
    /// - Parameters:
    ///   - rows: Rows over all queries of `work`; one more is a failure, not a silent cut.
    ///   - deadlineMilliseconds: Time for waiting and reading.
    ///   - work: Reads on a pool thread.
    /// - Returns: What `work` returns.
    /// - Throws: `row_limit_exceeded`, `deadline_exceeded`, `storage_busy`, `storage_closed`, what `work`
    ///   throws, or `CancellationError`.
    public func read<Value: Sendable>(
        rows: Int = SQLiteLimits.historyRows,
        deadlineMilliseconds: Int64 = SQLiteLimits.historyDeadlineMilliseconds,
        _ work: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        let start = EventLoop.hrtimeNanoseconds
        try await begin(deadlineMilliseconds)
        defer { turn.end() }
        let waited = Int64((EventLoop.hrtimeNanoseconds - start) / 1_000_000)
        return try await job.run { connection in
            try connection.limited(rows: rows, milliseconds: deadlineMilliseconds - waited) {
                try work(connection)
            }
        }
    }

    /// Closes the connection after the reads that wait; later reads are refused.
    ///
    /// - Parameter deadlineMilliseconds: How long those reads may take.
    /// - Throws: `deadline`, `CancellationError` or `storage_busy` when the turn does not come.
    public func close(deadlineMilliseconds: Int64 = SQLiteLimits.closeMilliseconds) async throws {
        try await turn.begin(deadlineMilliseconds: deadlineMilliseconds)
        defer { turn.end() }
        try await job.run { $0.close() }
    }

    private func begin(_ deadlineMilliseconds: Int64) async throws {
        do {
            try await turn.begin(deadlineMilliseconds: deadlineMilliseconds)
        } catch let failure as LoopFailure {
            throw SQLiteFailure(
                .deadlineExceeded, operation: "read history",
                detail: "other reads took longer than \(deadlineMilliseconds) ms", cause: failure)
        }
    }
}
