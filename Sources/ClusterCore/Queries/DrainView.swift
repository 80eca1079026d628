public import Model

/// How far the drain of a node has come.
public struct DrainView: Hashable, Sendable {
    /// One replica that is still there.
    public struct Remaining: Hashable, Sendable {
        /// The deployment.
        public var deploymentID: DeploymentID
        /// Its name.
        public var deploymentName: String
        /// Which replica.
        public var replicaNumber: Int
        /// Why it is still there.
        public var reason: String
    }

    /// The node.
    public var nodeID: NodeID
    /// Whether it is being drained at all.
    public var availability: NodeAvailability
    /// Replicas that shall leave, by deployment and number.
    public var remaining: [Remaining]
    /// Placements that left and whose containers the node still has.
    public var retiringCount: Int

    /// Whether nothing is left on the node.
    public var isDone: Bool { remaining.isEmpty && retiringCount == 0 }
}
