/// The newest samples of a deployment's replicas.
public struct DeploymentMetrics: Codable, Hashable, Sendable {
    /// One replica's samples.
    public struct Replica: Codable, Hashable, Sendable {
        /// The node it runs on.
        public var nodeID: NodeID
        /// Which replica, from 0.
        public var replicaNumber: Int
        /// When its node was last heard from.
        public var lastSeen: Timestamp?
        /// Oldest first; byte counters tell what came since the sample before.
        public var metrics: [ResourceSample]

        /// Puts a view together.
        public init(nodeID: NodeID, replicaNumber: Int, lastSeen: Timestamp?, metrics: [ResourceSample]) {
            self.nodeID = nodeID
            self.replicaNumber = replicaNumber
            self.lastSeen = lastSeen
            self.metrics = metrics
        }

        private enum CodingKeys: String, CodingKey {
            case metrics
            case nodeID = "node_id"
            case replicaNumber = "replica_number"
            case lastSeen = "last_seen"
        }
    }

    /// The deployment.
    public var deploymentID: DeploymentID
    /// Its name.
    public var deployment: String
    /// How far back samples are kept.
    public var windowSecs: Int64
    /// When this was put together.
    public var asOf: Timestamp
    /// By node and number.
    public var replicas: [Replica]

    /// Puts a view together.
    public init(
        deploymentID: DeploymentID, deployment: String, windowSecs: Int64, asOf: Timestamp,
        replicas: [Replica]
    ) {
        self.deploymentID = deploymentID
        self.deployment = deployment
        self.windowSecs = windowSecs
        self.asOf = asOf
        self.replicas = replicas
    }

    private enum CodingKeys: String, CodingKey {
        case deployment, replicas
        case deploymentID = "deployment_id"
        case windowSecs = "window_secs"
        case asOf = "as_of"
    }
}

/// Which requests the control plane answered most lately.
public struct MetricsSummary: Codable, Hashable, Sendable {
    /// One kind of request.
    public struct Item: Codable, Hashable, Sendable {
        /// The method.
        public var method: String
        /// The route's pattern.
        public var path: String
        /// The status answered.
        public var status: String
        /// How often.
        public var count: Double

        /// Puts an item together.
        public init(method: String, path: String, status: String, count: Double) {
            self.method = method
            self.path = path
            self.status = status
            self.count = count
        }
    }

    /// The most items.
    public var limit: Int
    /// How far back requests count; 0 is since the start.
    public var windowSecs: Int64
    /// When this was put together.
    public var asOf: Timestamp
    /// The most frequent first.
    public var items: [Item]

    /// Puts a summary together.
    public init(limit: Int, windowSecs: Int64, asOf: Timestamp, items: [Item]) {
        self.limit = limit
        self.windowSecs = windowSecs
        self.asOf = asOf
        self.items = items
    }

    private enum CodingKeys: String, CodingKey {
        case limit, items
        case windowSecs = "window_secs"
        case asOf = "as_of"
    }
}
