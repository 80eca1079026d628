/// What one replica used within one minute.
public struct UsageRollup: Codable, Hashable, Sendable {
    /// The deployment.
    public var deploymentID: DeploymentID
    /// The node the replica ran on.
    public var nodeID: NodeID
    /// Which replica, from 0.
    public var replicaNumber: Int
    /// The minute's start.
    public var bucketStart: Timestamp
    /// The numbers.
    public var figures: UsageFigures

    /// Puts a view together.
    public init(
        deploymentID: DeploymentID, nodeID: NodeID, replicaNumber: Int, bucketStart: Timestamp,
        figures: UsageFigures
    ) {
        self.deploymentID = deploymentID
        self.nodeID = nodeID
        self.replicaNumber = replicaNumber
        self.bucketStart = bucketStart
        self.figures = figures
    }

    private enum CodingKeys: String, CodingKey {
        case deploymentID = "deployment_id"
        case nodeID = "node_id"
        case replicaNumber = "replica_number"
        case bucketStart = "bucket_start"
    }

    /// Reads the flat wire form.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        deploymentID = try keyed.decode(DeploymentID.self, forKey: .deploymentID)
        nodeID = try keyed.decode(NodeID.self, forKey: .nodeID)
        replicaNumber = try keyed.decode(Int.self, forKey: .replicaNumber)
        bucketStart = try keyed.decode(Timestamp.self, forKey: .bucketStart)
        figures = try UsageFigures(from: decoder)
    }

    /// Writes the flat wire form.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(deploymentID, forKey: .deploymentID)
        try keyed.encode(nodeID, forKey: .nodeID)
        try keyed.encode(replicaNumber, forKey: .replicaNumber)
        try keyed.encode(bucketStart, forKey: .bucketStart)
        try figures.encode(to: encoder)
    }
}

/// A page of usage, newest minutes first.
public struct UsagePage: Codable, Hashable, Sendable {
    /// The minutes of this page.
    public var items: [UsageRollup]
    /// The most items a page was asked to have.
    public var limit: Int
    /// How many items were skipped; nil when a cursor was used.
    public var offset: Int?
    /// Where the next page begins; nil on the last one.
    public var nextCursor: String?

    /// Puts a page together.
    public init(items: [UsageRollup], limit: Int, offset: Int?, nextCursor: String?) {
        self.items = items
        self.limit = limit
        self.offset = offset
        self.nextCursor = nextCursor
    }

    private enum CodingKeys: String, CodingKey {
        case items, limit, offset
        case nextCursor = "next_cursor"
    }
}

/// What was used lately, on a node's or a deployment's page.
public struct UsageSummary: Codable, Hashable, Sendable {
    /// From when on samples count.
    public var windowStart: Timestamp
    /// Until when.
    public var windowEnd: Timestamp
    /// The numbers over all replicas; means are means of single samples.
    public var figures: UsageFigures

    /// Puts a view together.
    public init(windowStart: Timestamp, windowEnd: Timestamp, figures: UsageFigures) {
        self.windowStart = windowStart
        self.windowEnd = windowEnd
        self.figures = figures
    }

    private enum CodingKeys: String, CodingKey {
        case windowStart = "window_start"
        case windowEnd = "window_end"
    }

    /// Reads the flat wire form.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        windowStart = try keyed.decode(Timestamp.self, forKey: .windowStart)
        windowEnd = try keyed.decode(Timestamp.self, forKey: .windowEnd)
        figures = try UsageFigures(from: decoder)
    }

    /// Writes the flat wire form.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(windowStart, forKey: .windowStart)
        try keyed.encode(windowEnd, forKey: .windowEnd)
        try figures.encode(to: encoder)
    }
}
