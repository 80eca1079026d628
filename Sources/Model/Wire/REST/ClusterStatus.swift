/// The histories of a cluster, its brake, and what each node would make of a confirmation.
public struct ClusterStatus: Codable, Hashable, Sendable {
    /// What the next document would change on a node.
    public struct Change: Codable, Hashable, Sendable {
        /// Replicas it would start.
        public var starts: Int
        /// Replicas it would replace by another generation.
        public var updates: Int
        /// Replicas it would leave alone.
        public var keeps: Int
        /// Containers it would remove.
        public var removes: Int

        /// Sets the counts.
        public init(starts: Int, updates: Int, keeps: Int, removes: Int) {
            self.starts = starts
            self.updates = updates
            self.keeps = keeps
            self.removes = removes
        }
    }

    /// One node.
    public struct Node: Codable, Hashable, Sendable {
        /// The node.
        public var nodeID: NodeID
        /// Its name.
        public var name: String?
        /// The history its agent acts in, where known.
        public var epoch: Epoch?
        /// Its newest revision here.
        public var revision: UInt64
        /// The document the agent acts on, where it said so.
        public var applied: NodeReport.Applied?
        /// Whether it gets no document before a confirmation.
        public var held: Bool
        /// What would change, where a confirmation is awaited and the node has reported.
        public var change: Change?

        /// Puts a view together.
        public init(
            nodeID: NodeID, name: String?, epoch: Epoch?, revision: UInt64, applied: NodeReport.Applied?,
            held: Bool, change: Change?
        ) {
            self.nodeID = nodeID
            self.name = name
            self.epoch = epoch
            self.revision = revision
            self.applied = applied
            self.held = held
            self.change = change
        }

        private enum CodingKeys: String, CodingKey {
            case name, epoch, revision, applied, held, change
            case nodeID = "node_id"
        }
    }

    /// The mass-loss brake.
    public struct Brake: Codable, Hashable, Sendable {
        /// Whether replicas of lost nodes stay where they are.
        public var engaged: Bool
        /// Nodes that are suspect or unreachable.
        public var missing: Int
        /// From how many lost at once on nothing is moved.
        public var threshold: Int

        /// Sets the figures.
        public init(engaged: Bool, missing: Int, threshold: Int) {
            self.engaged = engaged
            self.missing = missing
            self.threshold = threshold
        }
    }

    /// The present history.
    public var epoch: Epoch
    /// Former ones, oldest first.
    public var predecessors: [Epoch]
    /// Histories whose agents may take this one's documents.
    public var accepts: [Epoch]
    /// Whether nodes wait for a confirmation.
    public var historyLost: Bool
    /// The mass-loss brake.
    public var brake: Brake
    /// Every node, in the order they registered.
    public var nodes: [Node]

    /// Puts a view together.
    public init(epoch: Epoch, predecessors: [Epoch], accepts: [Epoch], brake: Brake, nodes: [Node]) {
        self.epoch = epoch
        self.predecessors = predecessors
        self.accepts = accepts
        historyLost = nodes.contains { $0.held }
        self.brake = brake
        self.nodes = nodes
    }

    private enum CodingKeys: String, CodingKey {
        case epoch, predecessors, accepts, brake, nodes
        case historyLost = "history_lost"
    }
}
