/// What an agent tells the control plane about itself and its replicas (the heartbeat body).
public struct NodeReport: Hashable, Sendable {
    /// A document position.
    public struct Applied: Codable, Hashable, Sendable {
        /// Which history.
        public var epoch: Epoch
        /// Which document.
        public var revision: UInt64

        /// Names a document.
        public init(epoch: Epoch, revision: UInt64) {
            self.epoch = epoch
            self.revision = revision
        }
    }

    /// A place among the parts of one full report; they are numbered in a row, also by `sequence`.
    public struct Part: Hashable, Sendable {
        /// From 1.
        public var number: Int
        /// How many there are.
        public var count: Int

        /// Names a part.
        public init(number: Int, count: Int) {
            self.number = number
            self.count = count
        }
    }

    /// Which life of the agent this comes from; nil from foreign agents.
    public var bootID: BootID?
    /// Counts reports within one life.
    public var sequence: UInt64
    /// Whether `containers` is everything the node has, so that what is missing is gone.
    public var isFull: Bool
    /// Which part of a full report this is, where one body does not hold it all; nil says everything in one.
    public var part: Part?
    /// Whether the node can do its work.
    public var nodeStatus: NodeSelfStatus
    /// What is the matter with the node.
    public var conditions: [Condition]
    /// When the agent wrote it, by its own clock.
    public var timestamp: Timestamp?
    /// What the node is; nil keeps what is known.
    public var inventory: Inventory?
    /// Ports on the node that are taken by others than fledx.
    public var foreignPorts: [UInt16]
    /// The document the agent acts on.
    public var applied: Applied?
    /// Its replicas.
    public var containers: [InstanceReport]
    /// What the agent knows how to do beyond what every agent knows; nil says nothing new.
    public var capabilities: [String]?
    /// Seconds the agent leaves between its reports; nil is the interval it was told.
    public var intervalSecs: Int?
    /// The agent's version, from the request's header.
    public var agentVersion: String?
    /// What its replicas used.
    public var samples: ReportedSamples

    /// Whether the agent was told its applied revision a second time with other decisions.
    public var saysAnotherRevision: Bool { conditions.contains { $0.type == Condition.revisionConflict } }

    /// Puts a report together.
    public init(
        bootID: BootID? = nil, sequence: UInt64 = 0, isFull: Bool = true, nodeStatus: NodeSelfStatus = .ready,
        conditions: [Condition] = [], timestamp: Timestamp? = nil, inventory: Inventory? = nil,
        foreignPorts: [UInt16] = [], applied: Applied? = nil, containers: [InstanceReport] = [],
        capabilities: [String]? = nil, intervalSecs: Int? = nil, agentVersion: String? = nil,
        samples: ReportedSamples = ReportedSamples(), part: Part? = nil
    ) {
        self.bootID = bootID
        self.sequence = sequence
        self.isFull = isFull
        self.part = part
        self.nodeStatus = nodeStatus
        self.conditions = conditions
        self.timestamp = timestamp
        self.inventory = inventory
        self.foreignPorts = foreignPorts
        self.applied = applied
        self.containers = containers
        self.capabilities = capabilities
        self.intervalSecs = intervalSecs
        self.agentVersion = agentVersion
        self.samples = samples
    }
}
