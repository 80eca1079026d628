public import Model

/// The control plane's greeting.
public struct PlaneGreeting: Codable, Hashable, Sendable {
    /// The session, as the agent counts.
    public var session: UInt64
    /// Seconds between signs of life.
    public var heartbeatIntervalSecs: Int64
    /// Seconds of silence after which the tunnel is given up.
    public var heartbeatTimeoutSecs: Int64
    /// The control plane's time.
    public var serverTime: Timestamp
    /// What it knows of the node: `StatusHash` of the last report it took; nil when it wants another one.
    public var statusHash: StatusHash?

    /// States a greeting.
    public init(
        session: UInt64, heartbeatIntervalSecs: Int64, heartbeatTimeoutSecs: Int64, serverTime: Timestamp,
        statusHash: StatusHash? = nil
    ) {
        self.statusHash = statusHash
        self.session = session
        self.heartbeatIntervalSecs = heartbeatIntervalSecs
        self.heartbeatTimeoutSecs = heartbeatTimeoutSecs
        self.serverTime = serverTime
    }

    private enum CodingKeys: String, CodingKey {
        case session
        case heartbeatIntervalSecs = "heartbeat_interval_secs"
        case heartbeatTimeoutSecs = "heartbeat_timeout_secs"
        case serverTime = "server_time"
        case statusHash = "status_hash"
    }
}

/// An agent's greeting.
public struct AgentGreeting: Codable, Hashable, Sendable {
    /// Its version.
    public var agentVersion: String
    /// What it can do through the tunnel.
    public var capabilities: [String]
    /// The document it acts on.
    public var applied: DocumentMark?
    /// What it was last acknowledged to have said, when that still holds.
    public var statusHash: StatusHash?

    /// States a greeting.
    public init(
        agentVersion: String, capabilities: [String], applied: DocumentMark?, statusHash: StatusHash? = nil
    ) {
        self.statusHash = statusHash
        self.agentVersion = agentVersion
        self.capabilities = capabilities
        self.applied = applied
    }

    private enum CodingKeys: String, CodingKey {
        case agentVersion = "agent_version"
        case capabilities, applied
        case statusHash = "status_hash"
    }
}

/// Which document: the control plane says `head_revision` of what it has, an agent of what it acts on.
public struct DocumentMark: Codable, Hashable, Sendable {
    /// The history it belongs to.
    public var epoch: Epoch
    /// Its number there.
    public var headRevision: UInt64

    /// Names a document.
    public init(epoch: Epoch, headRevision: UInt64) {
        self.epoch = epoch
        self.headRevision = headRevision
    }

    private enum CodingKeys: String, CodingKey {
        case epoch
        case headRevision = "head_revision"
    }
}

/// Asks an agent to leave and come again.
public struct ReconnectOrder: Codable, Hashable, Sendable {
    /// Milliseconds to wait before.
    public var afterMilliseconds: Int64

    /// States an order.
    public init(afterMilliseconds: Int64) { self.afterMilliseconds = afterMilliseconds }

    private enum CodingKeys: String, CodingKey { case afterMilliseconds = "after_ms" }
}

/// A report that was not taken: what REST would have answered.
public struct ReportRefusal: Codable, Hashable, Sendable {
    /// The status.
    public var status: Int
    /// The machine word.
    public var code: String
    /// The sentence.
    public var error: String

    /// States a refusal.
    public init(status: Int, code: String, error: String) {
        self.status = status
        self.code = code
        self.error = error
    }
}
