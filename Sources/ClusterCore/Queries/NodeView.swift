public import Model

/// What is said of a node.
public struct NodeView: Hashable, Sendable {
    /// Its stored part.
    public var row: NodeRow
    /// What is thought of it.
    public var status: NodeStatus
    /// When it was last heard from.
    public var lastSeen: Timestamp?
    /// What it says is the matter, and what the core adds.
    public var conditions: [Condition]
    /// The agent's version.
    public var agentVersion: String?
    /// The document the agent acts on.
    public var applied: NodeReport.Applied?
    /// What its placements take, retiring ones included.
    public var committed: Capacity
    /// How many replicas it shall have.
    public var replicaCount: Int
    /// How many placements are on their way out.
    public var retiringCount: Int
}
