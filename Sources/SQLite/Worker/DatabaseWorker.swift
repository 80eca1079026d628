public import EventLoop

/// Writes row changes durably without stopping the loop.
///
/// One job is in flight on libuv's pool. Everything submitted while it runs goes into the next transaction:
/// natural group commit, without a timer. Decisions take numbers of the commit barrier; telemetry takes none.
///
/// When decisions fail, every decision that is not durable is lost with them, for each was computed from state
/// that includes the ones before. The worker then refuses changes until the core was reloaded (`perform`, then
/// `coreReloaded()`) and `probe()` has written.
@LoopActor
public final class DatabaseWorker {
    /// What must wait for the commits of this worker.
    public let barrier = CommitBarrier()
    /// What the worker accepts.
    public internal(set) var state = WorkerState.open
    /// What it has done.
    public internal(set) var counters = WorkerCounters()
    /// Called once for every failed commit, after the barrier has told its waiters.
    public var onFailure: (@LoopActor (SQLiteFailure) -> Void)?

    /// Whether there is so little room that telemetry is dropped; asked for every submission of it.
    public var refusesTelemetry: (@LoopActor () -> Bool)?

    let job: ConnectionJob
    let turn = JobTurn()
    let options: WorkerOptions
    let gate = Gate()
    var pending = WriteBatch()
    var isClosing = false
    var isRunning = false
    /// Batches that were begun.
    var takenBatches: UInt64 = 0
    /// Submissions of telemetry that were queued, and those of them that were written or dropped.
    var queuedTelemetry: UInt64 = 0
    var endedTelemetry: UInt64 = 0
    var checkpointedBytes: Int64 = 0
    var isBackingUp = false

    private init(_ job: ConnectionJob, _ options: WorkerOptions) {
        self.job = job
        self.options = options
    }

    /// Opens the database on a pool thread.
    ///
    /// - Parameter options: Where and how.
    /// - Returns: A worker that writes as soon as `run()` is called.
    /// - Throws: What SQLite says.
    public static func open(_ options: WorkerOptions) async throws -> DatabaseWorker {
        DatabaseWorker(try await ConnectionJob.open(options.connection), options)
    }

    /// Throws what `submit` would throw, so that a command is refused before it changes core state.
    ///
    /// A submission in the same turn of the loop then succeeds.
    ///
    /// - Throws: `storage_unavailable`, `storage_busy` or `storage_closed`.
    public func admit() throws(SQLiteFailure) {
        guard !isClosing else { throw Self.closed }
        if case .failed(let failure, _, _) = state { throw Self.unavailable(failure) }
        guard pending.count < options.queuedSubmissions, pending.estimatedBytes < SQLiteLimits.queuedBytes
        else {
            counters.refused += 1
            throw SQLiteFailure(
                .storageBusy, operation: "submit",
                detail: "\(pending.count) submissions wait for the database")
        }
    }

    /// Queues the row changes of one outcome; all of them are written, or none.
    ///
    /// - Parameter changes: In the order in which they are to run.
    /// - Returns: The barrier's number of this submission.
    /// - Throws: What `admit` throws; then nothing was queued.
    @discardableResult
    public func submit(_ changes: [RowStatement]) throws(SQLiteFailure) -> UInt64 {
        try admit()
        return try submitJoined(changes)
    }

    /// Queues row changes as a part of what this turn of the loop has submitted: the same transaction.
    ///
    /// For what tells of a decision, such as an audit entry: a full queue does not refuse it, since then the
    /// decision would be stored without it.
    ///
    /// - Parameter changes: In the order in which they are to run.
    /// - Returns: The barrier's number of this submission.
    /// - Throws: `storage_unavailable` or `storage_closed`; then nothing was queued.
    @discardableResult
    public func submitJoined(_ changes: [RowStatement]) throws(SQLiteFailure) -> UInt64 {
        guard !isClosing else { throw Self.closed }
        if case .failed(let failure, _, _) = state { throw Self.unavailable(failure) }
        guard !changes.isEmpty else { return barrier.sequence }
        pending.decisions.append(changes)
        pending.lastSequence = barrier.changeQueued()
        wake(changes)
        return pending.lastSequence
    }

    /// Queues row changes that may be dropped: by a full queue, a failing store or a broken constraint.
    ///
    /// Core state must not depend on them; the barrier does not wait for them.
    ///
    /// - Parameter changes: In the order in which they are to run.
    /// - Returns: The number that `telemetryEnded` waits for.
    @discardableResult
    public func submitTelemetry(_ changes: [RowStatement]) -> UInt64 {
        guard !(refusesTelemetry?() ?? false), (try? admit()) != nil else {
            counters.droppedTelemetry += 1
            return queuedTelemetry
        }
        pending.telemetry.append(changes)
        queuedTelemetry += 1
        pending.lastTelemetry = queuedTelemetry
        wake(changes)
        return queuedTelemetry
    }

    /// Returns once a submission of telemetry is written or dropped: no reader sees it change any more.
    ///
    /// - Parameters:
    ///   - number: What `submitTelemetry` returned.
    ///   - deadlineMilliseconds: How long the disk may take.
    /// - Throws: `LoopFailure` of the code `.deadline`, or `CancellationError`.
    public func telemetryEnded(through number: UInt64, deadlineMilliseconds: Int64) async throws {
        try await gate.until(
            deadlineMilliseconds: deadlineMilliseconds, operation: "wait for telemetry to be written"
        ) { endedTelemetry >= number }
    }

    /// Queues row changes and waits until they are durable.
    ///
    /// - Parameter changes: In the order in which they are to run.
    /// - Throws: What `submit` throws, `storage_unavailable` when the commit fails, `CancellationError`.
    public func commit(_ changes: [RowStatement]) async throws {
        try await barrier.wait(for: try submit(changes))
    }

    /// Runs `work` alone on the writing connection, after everything submitted before it.
    ///
    /// For loading, reloading and backups; also while changes are refused. A transaction that `work` leaves open
    /// is rolled back.
    ///
    /// - Parameter work: Runs on a pool thread.
    /// - Returns: What `work` returns.
    /// - Throws: What `work` throws, `storage_busy`, `storage_closed` or `CancellationError`.
    public func perform<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        if case .closed = state { throw Self.closed }
        try await settlePending()
        return try await performNow(work)
    }

    /// As `perform`, without waiting for what was submitted before.
    func performNow<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await beginTurn(SQLiteLimits.turnMilliseconds)
        defer { turn.end() }
        if case .closed = state { throw Self.closed }
        let (value, logBytes) = try await job.run { (try work($0), $0.logBytes) }
        await checkpointIfDue(logBytes)
        return value
    }

    /// Takes no more submissions, writes those it has and closes the connection.
    ///
    /// - Parameter deadlineMilliseconds: How long the disk may take to write what waits.
    /// - Throws: `deadline_exceeded` when the disk hangs: then a thread still waits for it, and only the end of the
    ///   process ends that. `CancellationError` when the task is cancelled first.
    public func close(deadlineMilliseconds: Int64 = SQLiteLimits.closeMilliseconds) async throws {
        if case .closed = state { return }
        isClosing = true
        gate.changed()
        let start = EventLoop.hrtimeNanoseconds
        do {
            try await gate.until(
                deadlineMilliseconds: deadlineMilliseconds, operation: "close the database"
            ) { !isRunning }
        } catch let failure as LoopFailure where failure.code == .deadline {
            throw Self.hung(deadlineMilliseconds, failure)
        }
        let waited = Int64((EventLoop.hrtimeNanoseconds - start) / 1_000_000)
        try await beginTurn(max(1, deadlineMilliseconds - waited))
        defer { turn.end() }
        state = .closed
        losePending(Self.closed)
        try await job.run { $0.close() }
    }

    private func beginTurn(_ deadlineMilliseconds: Int64) async throws {
        do {
            try await turn.begin(deadlineMilliseconds: deadlineMilliseconds)
        } catch let failure as LoopFailure where failure.code == .deadline {
            throw Self.hung(deadlineMilliseconds, failure)
        }
    }

    private func wake(_ changes: [RowStatement]) {
        pending.estimatedBytes += changes.reduce(0) { $0 + $1.estimatedBytes }
        gate.changed()
    }

    /// Waits until what is queued now is committed or lost, or has the connection's next turn.
    private func settlePending() async throws {
        if !pending.decisions.isEmpty {
            do { try await barrier.wait(for: barrier.sequence) } catch is SQLiteFailure { return }
        } else if !pending.telemetry.isEmpty, isRunning {
            let taken = takenBatches
            try await gate.until { takenBatches != taken || pending.isEmpty || !isRunning }
        }
    }
}

extension DatabaseWorker {
    static var closed: SQLiteFailure {
        SQLiteFailure(.closed, operation: "submit", detail: "the database is closed")
    }

    static func hung(_ milliseconds: Int64, _ cause: any Error) -> SQLiteFailure {
        SQLiteFailure(
            .deadlineExceeded, operation: "wait for the database",
            detail: "the disk has not answered for \(milliseconds) ms", cause: cause)
    }

    static func unavailable(_ failure: SQLiteFailure) -> SQLiteFailure {
        SQLiteFailure(
            .storageUnavailable, operation: "commit", detail: "the database cannot be written at present",
            extendedCode: failure.extendedCode, cause: failure)
    }
}
