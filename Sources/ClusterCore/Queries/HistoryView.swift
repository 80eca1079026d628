public import Model

/// The histories of a cluster, the brake, and what each node would make of a confirmation.
public struct HistoryView: Hashable, Sendable {
    /// What the next document would change on a node.
    public struct Change: Hashable, Sendable {
        /// Replicas it would start.
        public var starts = 0
        /// Replicas it would replace by another generation.
        public var updates = 0
        /// Replicas it would leave alone.
        public var keeps = 0
        /// Containers it would remove.
        public var removes = 0
    }

    /// One node.
    public struct Node: Hashable, Sendable {
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
        /// Whether it waits for a confirmation.
        public var isHeld: Bool
        /// What would change; nil for nodes that wait for nothing, and for those that have not reported.
        public var change: Change?
    }

    /// The present history.
    public var epoch: Epoch
    /// Former ones, oldest first.
    public var predecessors: [Epoch]
    /// Histories whose agents may take this one's documents.
    public var accepts: [Epoch]
    /// Whether replicas of lost nodes stay because too many nodes are missing.
    public var isBrakeEngaged: Bool
    /// Suspect and unreachable nodes.
    public var missing: Int
    /// From how many on nothing is moved.
    public var threshold: Int
    /// Every node, in the order they registered.
    public var nodes: [Node]
}
