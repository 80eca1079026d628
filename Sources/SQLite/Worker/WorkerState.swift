/// What the database worker accepts.
public enum WorkerState: Sendable {
    /// Everything.
    case open
    /// Reads and probes only: a commit failed. It ends when the core was reloaded and a probe was written.
    case failed(SQLiteFailure, coreReloaded: Bool, probeWritten: Bool)
    /// Nothing more.
    case closed
}
