public import Model

/// What a list says of a deployment: counts, without a word about each replica.
public struct DeploymentGlance: Hashable, Sendable {
    /// Where a replica stands.
    public struct Place: Hashable, Sendable {
        /// Which replica, from 0.
        public var replicaNumber: Int
        /// Its node.
        public var nodeID: NodeID
    }

    /// Its stored part.
    public var row: DeploymentRow
    /// How it does.
    public var status: DeploymentStatus
    /// Replicas that serve.
    public var replicasReady: Int
    /// Replicas declared.
    public var replicasDesired: Int
    /// Every placed replica, by number.
    public var places: [Place]
    /// When a node that has said something of a replica was last heard from.
    public var lastReported: Timestamp?
}
