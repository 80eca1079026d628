/// What every answer on a config begins with.
public struct ConfigMetadata: Codable, Hashable, Sendable {
    /// Names it.
    public var configID: ConfigID
    /// Unique among configs.
    public var name: String
    /// Its newest version.
    public var version: UInt64
    /// Free words for selection.
    public var labels: [String: String]
    /// When it was declared first.
    public var createdAt: Timestamp
    /// When it was declared last.
    public var updatedAt: Timestamp

    /// Describes a config.
    public init(
        configID: ConfigID, name: String, version: UInt64, labels: [String: String], createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.configID = configID
        self.name = name
        self.version = version
        self.labels = labels
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    private enum CodingKeys: String, CodingKey {
        case name, version, labels
        case configID = "config_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}

/// A config in a list.
public struct ConfigSummary: Codable, Hashable, Sendable {
    /// What it is.
    public var metadata: ConfigMetadata
    /// How many variables it has.
    public var entryCount: Int
    /// How many files it has.
    public var fileCount: Int

    /// Describes a config.
    public init(metadata: ConfigMetadata, entryCount: Int, fileCount: Int) {
        self.metadata = metadata
        self.entryCount = entryCount
        self.fileCount = fileCount
    }

    private enum CodingKeys: String, CodingKey {
        case metadata
        case entryCount = "entry_count"
        case fileCount = "file_count"
    }
}

/// A config in full; sealed values never show.
public struct ConfigDetail: Codable, Hashable, Sendable {
    /// What it is.
    public var metadata: ConfigMetadata
    /// Its variables, by name.
    public var entries: [ConfigEntry]
    /// Its files, by path.
    public var files: [ConfigFile]
    /// The deployments that have it; nil without any.
    public var attachedDeployments: [DeploymentID]?
    /// The nodes that have it; nil without any.
    public var attachedNodes: [NodeID]?

    /// Describes a config.
    public init(
        metadata: ConfigMetadata, content: ConfigContent, deployments: [DeploymentID], nodes: [NodeID]
    ) {
        let shown = content.shown
        self.metadata = metadata
        entries = shown.entries
        files = shown.files
        attachedDeployments = deployments.isEmpty ? nil : deployments
        attachedNodes = nodes.isEmpty ? nil : nodes
    }

    private enum CodingKeys: String, CodingKey {
        case metadata, entries, files
        case attachedDeployments = "attached_deployments"
        case attachedNodes = "attached_nodes"
    }
}

/// Whether a config is attached to something.
public struct ConfigAttachment: Codable, Hashable, Sendable {
    /// The config.
    public var metadata: ConfigMetadata
    /// The deployment asked for.
    public var deploymentID: DeploymentID?
    /// The node asked for.
    public var nodeID: NodeID?
    /// Whether it is attached.
    public var attached: Bool
    /// Since when.
    public var attachedAt: Timestamp?

    /// Describes an attachment.
    public init(
        metadata: ConfigMetadata, deploymentID: DeploymentID? = nil, nodeID: NodeID? = nil, attached: Bool,
        attachedAt: Timestamp?
    ) {
        self.metadata = metadata
        self.deploymentID = deploymentID
        self.nodeID = nodeID
        self.attached = attached
        self.attachedAt = attachedAt
    }

    private enum CodingKeys: String, CodingKey {
        case metadata, attached
        case deploymentID = "deployment_id"
        case nodeID = "node_id"
        case attachedAt = "attached_at"
    }
}
