/// How the wait for a commit ended.
public enum CommitOutcome: Sendable {
    /// Everything up to the awaited sequence number is durable.
    case committed
    /// The state the answer was computed from never reached the disk: the answer must not leave.
    case lost(SQLiteFailure)
}
