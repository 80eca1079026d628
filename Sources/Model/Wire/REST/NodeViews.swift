/// A node in a list.
public struct NodeSummary: Codable, Hashable, Sendable {
    /// The node.
    public var nodeID: NodeID
    /// Its name for people.
    public var name: String?
    /// What the control plane thinks of it.
    public var status: NodeStatus
    /// When it was last heard from, by the control plane's clock.
    public var lastSeen: Timestamp?
    /// Processor architecture.
    public var arch: String?
    /// Operating system.
    public var os: String?
    /// Its address for clients.
    public var publicIP: String?
    /// Its name for clients.
    public var publicHost: String?
    /// Its labels.
    public var labels: [String: String]
    /// What it has.
    public var capacity: Capacity?
    /// Its agent's version.
    public var agentVersion: String?
    /// What is the matter with it.
    public var conditions: [Condition]
    /// How many replicas are placed on it.
    public var replicas: Int
    /// Whether it is given replicas.
    public var availability: NodeAvailability

    /// Puts a view together.
    public init(
        nodeID: NodeID, name: String?, status: NodeStatus, lastSeen: Timestamp?, inventory: Inventory,
        agentVersion: String?, conditions: [Condition], replicas: Int,
        availability: NodeAvailability = .open
    ) {
        self.nodeID = nodeID
        self.name = name
        self.status = status
        self.lastSeen = lastSeen
        arch = inventory.arch
        os = inventory.os
        publicIP = inventory.publicIP
        publicHost = inventory.publicHost
        labels = inventory.labels ?? [:]
        capacity = inventory.capacity
        self.agentVersion = agentVersion
        self.conditions = conditions
        self.replicas = replicas
        self.availability = availability
    }

    fileprivate enum CodingKeys: String, CodingKey {
        case name, status, arch, os, labels, capacity, conditions, replicas, availability
        case nodeID = "node_id"
        case lastSeen = "last_seen"
        case publicIP = "public_ip"
        case publicHost = "public_host"
        case agentVersion = "agent_version"
    }
}

/// A node with its replicas.
public struct NodeDetail: Codable, Hashable, Sendable {
    /// What the list shows.
    public var summary: NodeSummary
    /// What is placed on it.
    public var instances: [InstanceView]
    /// The newest revision of its desired state.
    public var desiredRevision: UInt64
    /// The document its agent acts on.
    public var applied: NodeReport.Applied?
    /// When it was registered.
    public var createdAt: Timestamp
    /// What its replicas used lately; nil without samples.
    public var usageSummary: UsageSummary?
    /// How its tunnel does.
    public var tunnel: TunnelState?

    /// Puts a view together.
    public init(
        summary: NodeSummary, instances: [InstanceView], desiredRevision: UInt64,
        applied: NodeReport.Applied?,
        createdAt: Timestamp
    ) {
        self.summary = summary
        self.instances = instances
        self.desiredRevision = desiredRevision
        self.applied = applied
        self.createdAt = createdAt
    }

    private enum CodingKeys: String, CodingKey {
        case instances, applied, tunnel
        case desiredRevision = "desired_revision"
        case createdAt = "created_at"
        case usageSummary = "usage_summary"
    }

    /// Reads the flat wire form.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        instances = try keyed.decode([InstanceView].self, forKey: .instances)
        desiredRevision = try keyed.decode(UInt64.self, forKey: .desiredRevision)
        applied = try keyed.decodeIfPresent(NodeReport.Applied.self, forKey: .applied)
        createdAt = try keyed.decode(Timestamp.self, forKey: .createdAt)
        usageSummary = try keyed.decodeIfPresent(UsageSummary.self, forKey: .usageSummary)
        tunnel = try keyed.decodeIfPresent(TunnelState.self, forKey: .tunnel)
        summary = try NodeSummary(from: decoder)
    }

    /// Writes the flat wire form: the summary's keys first.
    public func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(instances, forKey: .instances)
        try keyed.encode(desiredRevision, forKey: .desiredRevision)
        try keyed.encodeIfPresent(applied, forKey: .applied)
        try keyed.encode(createdAt, forKey: .createdAt)
        try keyed.encodeIfPresent(usageSummary, forKey: .usageSummary)
        try keyed.encodeIfPresent(tunnel, forKey: .tunnel)
    }
}
