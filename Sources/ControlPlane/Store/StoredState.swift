import ClusterCore

/// Everything that is stored and lives in memory, read in one transaction.
struct StoredState: Hashable, Sendable {
    /// The core's rows.
    var cluster: ClusterSnapshot
    /// The credentials of operators and of registration.
    var access = AccessState()
    /// The number of the newest event.
    var lastEvent: UInt64 = 0
}
