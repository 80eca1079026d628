/// What `GET /health` answers.
public struct HealthResponse: Codable, Hashable, Sendable {
    /// `ok`, or `degraded` with the reason in `conditions`.
    public var status: String
    /// The control plane's version.
    public var version: String
    /// Seconds since this process started.
    public var uptimeSecs: Int64
    /// How many nodes have which status.
    public var nodes: [String: Int]
    /// How many deployments have which status.
    public var deployments: [String: Int]
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
        case status, version, nodes, deployments, conditions
        case uptimeSecs = "uptime_secs"
    }
}
