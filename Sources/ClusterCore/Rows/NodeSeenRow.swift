public import Model

/// When a node was last heard from: telemetry, written on a status change and otherwise once an hour.
public struct NodeSeenRow: Hashable, Sendable {
    /// The node.
    public var nodeID: NodeID
    /// When it was last heard from.
    public var lastSeen: Timestamp
    /// What it was then.
    public var status: NodeStatus

    /// Makes a row.
    public init(nodeID: NodeID, lastSeen: Timestamp, status: NodeStatus) {
        self.nodeID = nodeID
        self.lastSeen = lastSeen
        self.status = status
    }
}
