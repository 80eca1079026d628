/// What one transaction of the database worker writes.
struct WriteBatch: Sendable {
    /// Submissions whose loss the core must hear of.
    var decisions: [[RowStatement]] = []
    /// Submissions that may be dropped.
    var telemetry: [[RowStatement]] = []
    /// The number of the last decision.
    var lastSequence: UInt64 = 0
    /// The number of the last submission of telemetry.
    var lastTelemetry: UInt64 = 0
    /// About how much memory it takes.
    var estimatedBytes = 0

    var count: Int { decisions.count + telemetry.count }
    var isEmpty: Bool { count == 0 }
}

/// How a batch ended.
struct WriteResult: Sendable {
    /// Why the decisions were rolled back; nil when they are durable.
    var failure: SQLiteFailure?
    /// Telemetry submissions that were dropped.
    var droppedTelemetry = 0
    /// The size of the write-ahead log.
    var logBytes: Int64 = 0
}
