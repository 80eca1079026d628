public import Model

/// What is known of a node for good.
public struct NodeRow: Hashable, Sendable {
    /// What an operator's deletion left behind, so that the agent can be told.
    public struct Tombstone: Hashable, Sendable {
        /// When it was deleted.
        public var deletedAt: Timestamp
        /// Whether the agent shall remove its containers.
        public var removesContainers: Bool

        /// Records a deletion.
        public init(deletedAt: Timestamp, removesContainers: Bool) {
            self.deletedAt = deletedAt
            self.removesContainers = removesContainers
        }
    }

    /// The columns but one; a row is one reference to them, so that a look-up copies two words.
    private struct Columns: Hashable, Sendable {
        var id: NodeID
        var ordinal: UInt64
        var name: String?
        var declaration: UInt64
        @Shared var inventory: Inventory
        var operatorLabels: [String: String]
        var emptiedBy: DesiredStateDocument.EmptiedBy?
        var createdAt: Timestamp
        var updatedAt: Timestamp
        var availability: NodeAvailability
        var epoch: Epoch?
        var acceptedEpoch: Epoch?
        var claimedRevision: UInt64?
        var intervalSecs: Int?
        var tombstone: Tombstone?
    }

    @Shared private var columns: Columns

    /// Names the node.
    public var id: NodeID {
        get { columns.id }
        set { columns.id = newValue }
    }
    /// Counts registrations; the stable order of nodes, and what the scheduler's cursor points at.
    public var ordinal: UInt64 {
        get { columns.ordinal }
        set { columns.ordinal = newValue }
    }
    /// Unique among live nodes where given.
    public var name: String? {
        get { columns.name }
        set { columns.name = newValue }
    }
    /// Counts what operators declared of it: its name, labels and availability; `If-Match` compares it.
    public var declaration: UInt64 {
        get { columns.declaration }
        set { columns.declaration = newValue }
    }
    /// What the agent said it is.
    public var inventory: Inventory {
        get { columns.inventory }
        set { columns.inventory = newValue }
    }
    /// Labels set by an operator; they win over the agent's.
    public var operatorLabels: [String: String] {
        get { columns.operatorLabels }
        set { columns.operatorLabels = newValue }
    }
    /// Counts the documents of this node within the epoch.
    ///
    /// Beside the other columns: every placement counts it, and they keep their part.
    public var revision: UInt64
    /// The command that took the last replica away; nil while it has one, and when it never had.
    public var emptiedBy: DesiredStateDocument.EmptiedBy? {
        get { columns.emptiedBy }
        set { columns.emptiedBy = newValue }
    }
    /// When it registered.
    public var createdAt: Timestamp {
        get { columns.createdAt }
        set { columns.createdAt = newValue }
    }
    /// When this row last changed.
    public var updatedAt: Timestamp {
        get { columns.updatedAt }
        set { columns.updatedAt = newValue }
    }
    /// Whether an operator lets it have replicas.
    public var availability: NodeAvailability {
        get { columns.availability }
        set { columns.availability = newValue }
    }
    /// The history its agent was last known to act in; nil while that was never known.
    public var epoch: Epoch? {
        get { columns.epoch }
        set { columns.epoch = newValue }
    }
    /// Another history an operator lets this node come from.
    public var acceptedEpoch: Epoch? {
        get { columns.acceptedEpoch }
        set { columns.acceptedEpoch = newValue }
    }
    /// The revision its agent says it acts on, where this database never told it one so high; the node is held until
    /// an operator confirms.
    public var claimedRevision: UInt64? {
        get { columns.claimedRevision }
        set { columns.claimedRevision = newValue }
    }
    /// Seconds its agent leaves between reports, where that is more than it was told.
    public var intervalSecs: Int? {
        get { columns.intervalSecs }
        set { columns.intervalSecs = newValue }
    }
    /// Set once the node is deleted; it then takes no part in anything.
    public var tombstone: Tombstone? {
        get { columns.tombstone }
        set { columns.tombstone = newValue }
    }

    /// Makes a row.
    public init(
        id: NodeID, ordinal: UInt64, name: String?, inventory: Inventory,
        operatorLabels: [String: String] = [:],
        revision: UInt64 = 0, emptiedBy: DesiredStateDocument.EmptiedBy? = nil, createdAt: Timestamp,
        updatedAt: Timestamp, declaration: UInt64 = 1, availability: NodeAvailability = .open,
        epoch: Epoch? = nil, acceptedEpoch: Epoch? = nil, claimedRevision: UInt64? = nil,
        intervalSecs: Int? = nil, tombstone: Tombstone? = nil
    ) {
        self.revision = revision
        columns = Columns(
            id: id, ordinal: ordinal, name: name, declaration: declaration, inventory: inventory,
            operatorLabels: operatorLabels, emptiedBy: emptiedBy, createdAt: createdAt,
            updatedAt: updatedAt, availability: availability, epoch: epoch, acceptedEpoch: acceptedEpoch,
            claimedRevision: claimedRevision, intervalSecs: intervalSecs, tombstone: tombstone)
    }

    /// The labels that count: the agent's, overlaid by the operator's.
    public var labels: [String: String] {
        guard let own = inventory.labels, !own.isEmpty else { return operatorLabels }
        return operatorLabels.isEmpty ? own : own.merging(operatorLabels) { _, operators in operators }
    }
}
