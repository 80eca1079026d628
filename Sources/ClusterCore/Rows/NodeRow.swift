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

    /// Names the node.
    public var id: NodeID
    /// Counts registrations; the stable order of nodes, and what the scheduler's cursor points at.
    public var ordinal: UInt64
    /// Unique among live nodes where given.
    public var name: String?
    /// Counts what operators declared of it: its name, labels and availability; `If-Match` compares it.
    public var declaration: UInt64
    /// What the agent said it is.
    @Shared public var inventory: Inventory
    /// Labels set by an operator; they win over the agent's.
    public var operatorLabels: [String: String]
    /// Counts the documents of this node within the epoch.
    public var revision: UInt64
    /// The command that took the last replica away; nil while it has one, and when it never had.
    public var emptiedBy: DesiredStateDocument.EmptiedBy?
    /// When it registered.
    public var createdAt: Timestamp
    /// When this row last changed.
    public var updatedAt: Timestamp
    /// Whether an operator lets it have replicas.
    public var availability: NodeAvailability
    /// The history its agent was last known to act in; nil while that was never known.
    public var epoch: Epoch?
    /// Another history an operator lets this node come from.
    public var acceptedEpoch: Epoch?
    /// The revision its agent says it acts on, where this database never told it one so high; the node is held until
    /// an operator confirms.
    public var claimedRevision: UInt64?
    /// Seconds its agent leaves between reports, where that is more than it was told.
    public var intervalSecs: Int?
    /// Set once the node is deleted; it then takes no part in anything.
    public var tombstone: Tombstone?

    /// Makes a row.
    public init(
        id: NodeID, ordinal: UInt64, name: String?, inventory: Inventory,
        operatorLabels: [String: String] = [:],
        revision: UInt64 = 0, emptiedBy: DesiredStateDocument.EmptiedBy? = nil, createdAt: Timestamp,
        updatedAt: Timestamp, declaration: UInt64 = 1, availability: NodeAvailability = .open,
        epoch: Epoch? = nil, acceptedEpoch: Epoch? = nil, claimedRevision: UInt64? = nil,
        intervalSecs: Int? = nil, tombstone: Tombstone? = nil
    ) {
        self.id = id
        self.ordinal = ordinal
        self.name = name
        self.declaration = declaration
        self.inventory = inventory
        self.operatorLabels = operatorLabels
        self.revision = revision
        self.emptiedBy = emptiedBy
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.availability = availability
        self.epoch = epoch
        self.acceptedEpoch = acceptedEpoch
        self.claimedRevision = claimedRevision
        self.intervalSecs = intervalSecs
        self.tombstone = tombstone
    }

    /// The labels that count: the agent's, overlaid by the operator's.
    public var labels: [String: String] {
        guard let own = inventory.labels, !own.isEmpty else { return operatorLabels }
        return operatorLabels.isEmpty ? own : own.merging(operatorLabels) { _, operators in operators }
    }
}
