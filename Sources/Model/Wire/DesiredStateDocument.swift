/// Everything one node shall run, as the control plane sends it and the agent keeps it.
public struct DesiredStateDocument: Codable, Hashable, Sendable {
    /// Why a document that takes a node's last replica away is true.
    public struct EmptiedBy: Codable, Hashable, Sendable {
        /// The node's revision at which it became empty.
        public var revision: UInt64
        /// The request that asked for it.
        public var requestID: String

        /// Names the recorded command.
        public init(revision: UInt64, requestID: String) {
            self.revision = revision
            self.requestID = requestID
        }

        private enum CodingKeys: String, CodingKey {
            case revision
            case requestID = "request_id"
        }
    }

    /// Which history of the control plane this belongs to.
    public var epoch: Epoch
    /// Counts this node's documents within the epoch.
    public var revision: UInt64
    /// The newest revision of this node when the answer was made.
    public var headRevision: UInt64
    /// Older epochs whose agents may take this document.
    public var accepts: [Epoch]
    /// Set when the document is empty because a recorded command emptied it.
    public var emptiedBy: EmptiedBy?
    /// The control plane's version.
    public var controlPlaneVersion: String
    /// The oldest agent it serves.
    public var minSupportedAgentVersion: String
    /// The newest agent it serves.
    public var maxSupportedAgentVersion: String
    /// Where another version of the agent is found; nil where the operator said nothing.
    public var upgradeURL: String?
    /// Where the agent's tunnel goes.
    public var tunnel: TunnelEndpoint
    /// The replicas this node shall have.
    public var deployments: [DesiredReplica]
    /// Every version of a config that a replica names.
    public var configs: [DesiredConfig]
    /// What is never kept in clear; nil when there is nothing.
    public var secrets: DesiredSecrets?

    /// Puts a document together.
    public init(
        epoch: Epoch, revision: UInt64, headRevision: UInt64, accepts: [Epoch] = [],
        emptiedBy: EmptiedBy? = nil,
        controlPlaneVersion: String, minSupportedAgentVersion: String, maxSupportedAgentVersion: String,
        tunnel: TunnelEndpoint, upgradeURL: String? = nil, deployments: [DesiredReplica],
        configs: [DesiredConfig] = [], secrets: DesiredSecrets? = nil
    ) {
        self.epoch = epoch
        self.revision = revision
        self.headRevision = headRevision
        self.accepts = accepts
        self.emptiedBy = emptiedBy
        self.controlPlaneVersion = controlPlaneVersion
        self.minSupportedAgentVersion = minSupportedAgentVersion
        self.maxSupportedAgentVersion = maxSupportedAgentVersion
        self.tunnel = tunnel
        self.upgradeURL = upgradeURL
        self.deployments = deployments
        self.configs = configs
        self.secrets = secrets
    }

    private enum CodingKeys: String, CodingKey {
        case epoch, revision, accepts, tunnel, deployments, configs, secrets
        case headRevision = "head_revision"
        case emptiedBy = "emptied_by"
        case controlPlaneVersion = "control_plane_version"
        case minSupportedAgentVersion = "min_supported_agent_version"
        case maxSupportedAgentVersion = "max_supported_agent_version"
        case upgradeURL = "upgrade_url"
    }

    /// Reads the wire form; parts that an older control plane does not know are empty.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        epoch = try keyed.decode(Epoch.self, forKey: .epoch)
        revision = try keyed.decode(UInt64.self, forKey: .revision)
        headRevision = try keyed.decode(UInt64.self, forKey: .headRevision)
        accepts = try keyed.decode([Epoch].self, forKey: .accepts)
        emptiedBy = try keyed.decodeIfPresent(EmptiedBy.self, forKey: .emptiedBy)
        controlPlaneVersion = try keyed.decode(String.self, forKey: .controlPlaneVersion)
        minSupportedAgentVersion = try keyed.decode(String.self, forKey: .minSupportedAgentVersion)
        maxSupportedAgentVersion = try keyed.decode(String.self, forKey: .maxSupportedAgentVersion)
        tunnel = try keyed.decode(TunnelEndpoint.self, forKey: .tunnel)
        upgradeURL = try keyed.decodeIfPresent(String.self, forKey: .upgradeURL)
        deployments = try keyed.decode([DesiredReplica].self, forKey: .deployments)
        configs = try keyed.decodeIfPresent([DesiredConfig].self, forKey: .configs) ?? []
        secrets = try keyed.decodeIfPresent(DesiredSecrets.self, forKey: .secrets)
    }

    /// Writes the wire form; empty newer parts are left out.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(epoch, forKey: .epoch)
        try keyed.encode(revision, forKey: .revision)
        try keyed.encode(headRevision, forKey: .headRevision)
        try keyed.encode(accepts, forKey: .accepts)
        try keyed.encodeIfPresent(emptiedBy, forKey: .emptiedBy)
        try keyed.encode(controlPlaneVersion, forKey: .controlPlaneVersion)
        try keyed.encode(minSupportedAgentVersion, forKey: .minSupportedAgentVersion)
        try keyed.encode(maxSupportedAgentVersion, forKey: .maxSupportedAgentVersion)
        try keyed.encode(tunnel, forKey: .tunnel)
        try keyed.encodeIfPresent(upgradeURL, forKey: .upgradeURL)
        try keyed.encode(deployments, forKey: .deployments)
        if !configs.isEmpty { try keyed.encode(configs, forKey: .configs) }
        try keyed.encodeIfPresent(secrets, forKey: .secrets)
    }
}
