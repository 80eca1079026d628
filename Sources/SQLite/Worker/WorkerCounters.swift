/// What the database worker has done so far, for metrics.
public struct WorkerCounters: Sendable, Equatable {
    /// Transactions committed.
    public internal(set) var transactions = 0
    /// Decision submissions committed.
    public internal(set) var submissions = 0
    /// Telemetry submissions dropped.
    public internal(set) var droppedTelemetry = 0
    /// Submissions refused because too much waited.
    public internal(set) var refused = 0
    /// Commits that failed.
    public internal(set) var failures = 0
    /// Checkpoints done.
    public internal(set) var checkpoints = 0
    /// Checkpoints that failed; the log keeps what they would have moved.
    public internal(set) var failedCheckpoints = 0
}
