public import Model

/// Names one replica on one node, the unit in which use is counted.
public struct UsageKey: Hashable, Sendable, Comparable {
    /// The replica.
    public var replica: ReplicaKey
    /// The node it runs on.
    public var nodeID: NodeID

    /// Names a replica on a node.
    public init(replica: ReplicaKey, nodeID: NodeID) {
        self.replica = replica
        self.nodeID = nodeID
    }

    /// Orders by deployment, node, then number.
    public static func < (left: Self, right: Self) -> Bool {
        (left.replica.deploymentID, left.nodeID, left.replica.replicaNumber)
            < (right.replica.deploymentID, right.nodeID, right.replica.replicaNumber)
    }
}
