public import Model

/// The one row that belongs to the database as a whole.
public struct MetaRow: Hashable, Sendable {
    /// The history this database writes.
    public var epoch: Epoch
    /// Older histories whose agents may take this one's documents; filled only by a confirmed restore.
    public var accepts: [Epoch]
    /// The histories this database wrote before, oldest first.
    public var predecessors: [Epoch]
    /// When the database was created.
    public var createdAt: Timestamp
    /// The ordinal of the node chosen last; the next tie goes to the node after it.
    public var schedulerCursor: UInt64
    /// The ordinal the next registered node gets.
    public var nextNodeOrdinal: UInt64

    /// The row of a database that was just created.
    public init(
        epoch: Epoch, accepts: [Epoch] = [], createdAt: Timestamp, schedulerCursor: UInt64 = 0,
        nextNodeOrdinal: UInt64 = 1, predecessors: [Epoch] = []
    ) {
        self.epoch = epoch
        self.accepts = accepts
        self.predecessors = predecessors
        self.createdAt = createdAt
        self.schedulerCursor = schedulerCursor
        self.nextNodeOrdinal = nextNodeOrdinal
    }
}
