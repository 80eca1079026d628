/// How the control plane does; what an older one does not say is nil.
public struct HealthResponse: Codable, Hashable, Sendable {
    /// How the relay does.
    public struct Relay: Codable, Hashable, Sendable {
        /// `ok`, `degraded` while the last request failed, or `unknown` before the first one.
        public var status: String
        /// What the last failure was.
        public var lastError: String?

        /// Puts an answer together.
        public init(status: String, lastError: String?) {
            self.status = status
            self.lastError = lastError
        }

        private enum CodingKeys: String, CodingKey {
            case status
            case lastError = "last_error"
        }
    }

    /// How a node's tunnel does.
    public struct Tunnel: Codable, Hashable, Sendable {
        /// The node.
        public var nodeID: NodeID
        /// `connected` or `disconnected`.
        public var status: String
        /// Seconds since the node was heard.
        public var lastHeartbeatSecs: Int64?

        /// Puts an answer together.
        public init(nodeID: NodeID, status: String, lastHeartbeatSecs: Int64?) {
            self.nodeID = nodeID
            self.status = status
            self.lastHeartbeatSecs = lastHeartbeatSecs
        }

        private enum CodingKeys: String, CodingKey {
            case status
            case nodeID = "node_id"
            case lastHeartbeatSecs = "last_heartbeat_secs"
        }
    }

    /// `ok`, or `degraded` with the reason in `conditions`.
    public var status: String
    /// The control plane's version.
    public var version: String
    /// The same.
    public var controlPlaneVersion: String?
    /// The commit it was built from; `unknown` where the build did not say.
    public var gitSHA: String?
    /// The oldest agent that is given work.
    public var minSupportedAgentVersion: String?
    /// The newest agent that is given work.
    public var maxSupportedAgentVersion: String?
    /// The database's schema.
    public var schemaVersion: Int?
    /// The schema this program works with.
    public var targetSchemaVersion: Int?
    /// Schema changes that are still to be made; a start makes them all.
    public var pendingMigrations: Int?
    /// Seconds since this process started.
    public var uptimeSecs: Int64
    /// How many nodes have which status.
    public var nodes: [String: Int]
    /// How many deployments have which status.
    public var deployments: [String: Int]
    /// Tunnels that can be used.
    public var tunnelSessionsActive: Int?
    /// Seconds since any of them was heard; nil without one.
    public var tunnelFreshestHeartbeatSecs: Int64?
    /// Every node's tunnel; nil unless an operator asks who may see nodes.
    public var tunnelStatuses: [Tunnel]?
    /// How the relay does.
    public var relay: Relay?
    /// What is the matter.
    public var conditions: [Condition]

    /// Puts an answer together.
    public init(
        status: String, version: String, uptimeSecs: Int64, nodes: [String: Int], deployments: [String: Int],
        conditions: [Condition]
    ) {
        self.status = status
        self.version = version
        self.uptimeSecs = uptimeSecs
        self.nodes = nodes
        self.deployments = deployments
        self.conditions = conditions
    }

    private enum CodingKeys: String, CodingKey {
        case status, version, nodes, deployments, conditions, relay
        case controlPlaneVersion = "control_plane_version"
        case gitSHA = "git_sha"
        case minSupportedAgentVersion = "min_supported_agent_version"
        case maxSupportedAgentVersion = "max_supported_agent_version"
        case schemaVersion = "schema_version"
        case targetSchemaVersion = "target_schema_version"
        case pendingMigrations = "pending_migrations"
        case uptimeSecs = "uptime_secs"
        case tunnelSessionsActive = "tunnel_sessions_active"
        case tunnelFreshestHeartbeatSecs = "tunnel_freshest_heartbeat_secs"
        case tunnelStatuses = "tunnel_statuses"
    }
}
