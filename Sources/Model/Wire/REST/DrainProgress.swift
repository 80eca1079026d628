/// How far a node has come after it was opened, cordoned or drained.
public struct DrainProgress: Codable, Hashable, Sendable {
    /// A replica that is still there.
    public struct Remaining: Codable, Hashable, Sendable {
        /// The deployment.
        public var deploymentID: DeploymentID
        /// Its name.
        public var deployment: String
        /// Which replica.
        public var replicaNumber: Int
        /// Why it is still there.
        public var reason: String

        /// Names a replica.
        public init(deploymentID: DeploymentID, deployment: String, replicaNumber: Int, reason: String) {
            self.deploymentID = deploymentID
            self.deployment = deployment
            self.replicaNumber = replicaNumber
            self.reason = reason
        }

        private enum CodingKeys: String, CodingKey {
            case deployment, reason
            case deploymentID = "deployment_id"
            case replicaNumber = "replica_number"
        }
    }

    /// The node.
    public var nodeID: NodeID
    /// Whether it is given replicas.
    public var availability: NodeAvailability
    /// What it still has.
    public var remaining: [Remaining]
    /// Replicas that left and whose containers are still there.
    public var leaving: Int
    /// Whether nothing is left on the node.
    public var done: Bool

    /// Puts a view together.
    public init(
        nodeID: NodeID, availability: NodeAvailability, remaining: [Remaining], leaving: Int, done: Bool
    ) {
        self.nodeID = nodeID
        self.availability = availability
        self.remaining = remaining
        self.leaving = leaving
        self.done = done
    }

    private enum CodingKeys: String, CodingKey {
        case availability, remaining, leaving, done
        case nodeID = "node_id"
    }
}
