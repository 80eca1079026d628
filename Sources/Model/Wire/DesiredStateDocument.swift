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

    /// Puts a document together.
    public init(
        epoch: Epoch, revision: UInt64, headRevision: UInt64, accepts: [Epoch] = [],
        emptiedBy: EmptiedBy? = nil,
        controlPlaneVersion: String, minSupportedAgentVersion: String, maxSupportedAgentVersion: String,
        tunnel: TunnelEndpoint, upgradeURL: String? = nil, deployments: [DesiredReplica]
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
    }

    private enum CodingKeys: String, CodingKey {
        case epoch, revision, accepts, tunnel, deployments
        case headRevision = "head_revision"
        case emptiedBy = "emptied_by"
        case controlPlaneVersion = "control_plane_version"
        case minSupportedAgentVersion = "min_supported_agent_version"
        case maxSupportedAgentVersion = "max_supported_agent_version"
        case upgradeURL = "upgrade_url"
    }
}
