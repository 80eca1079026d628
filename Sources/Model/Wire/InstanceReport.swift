/// What an agent says of one replica.
public struct InstanceReport: Codable, Hashable, Sendable {
    /// The placement it belongs to; nil from foreign agents.
    public var assignmentID: AssignmentID?
    /// The deployment.
    public var deploymentID: DeploymentID
    /// Which replica, from 0.
    public var replicaNumber: Int
    /// The generation the container was made for.
    public var generation: UInt64
    /// The container, where there is one.
    public var containerID: String?
    /// What it does.
    public var state: InstanceState
    /// Why, in words an operator can act on; nil when all is well.
    public var message: String?
    /// How often the agent started it again within this generation.
    public var restartCount: UInt32
    /// When this last changed, by the agent's clock.
    public var lastUpdated: Timestamp
    /// A generation the node tried, found broken and went back from; it is not tried again.
    public var rejectedGeneration: UInt64?
    /// The image it runs as `repository@sha256:…`; nil when the image has no repository digest.
    public var imageDigest: String?
    /// Whether it cannot start because another program holds one of its host ports.
    public var isPortTaken: Bool
    /// `host:port` of its published ports.
    public var endpoints: [String]

    /// What its probes say; nil when none are declared, or nothing is known of them.
    public var health: InstanceHealth?

    /// Whether it can serve: it runs and no probe says otherwise.
    public var isServing: Bool { state == .running && health?.healthy ?? true }

    /// Puts a report together.
    public init(
        assignmentID: AssignmentID?, deploymentID: DeploymentID, replicaNumber: Int, generation: UInt64,
        containerID: String? = nil, state: InstanceState, message: String? = nil, restartCount: UInt32 = 0,
        lastUpdated: Timestamp, rejectedGeneration: UInt64? = nil, imageDigest: String? = nil,
        isPortTaken: Bool = false, endpoints: [String] = [], health: InstanceHealth? = nil
    ) {
        self.assignmentID = assignmentID
        self.deploymentID = deploymentID
        self.replicaNumber = replicaNumber
        self.generation = generation
        self.containerID = containerID
        self.state = state
        self.message = message
        self.restartCount = restartCount
        self.lastUpdated = lastUpdated
        self.rejectedGeneration = rejectedGeneration
        self.imageDigest = imageDigest
        self.isPortTaken = isPortTaken
        self.endpoints = endpoints
        self.health = health
    }

    /// Which replica this is about.
    public var replicaKey: ReplicaKey {
        ReplicaKey(deploymentID: deploymentID, replicaNumber: replicaNumber)
    }

    private enum CodingKeys: String, CodingKey {
        case generation, state, message, endpoints, health
        case assignmentID = "assignment_id"
        case deploymentID = "deployment_id"
        case replicaNumber = "replica_number"
        case containerID = "container_id"
        case restartCount = "restart_count"
        case lastUpdated = "last_updated"
        case rejectedGeneration = "rejected_generation"
        case imageDigest = "image_digest"
        case isPortTaken = "port_taken"
    }
}
