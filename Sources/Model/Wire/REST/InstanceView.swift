/// One replica as an operator sees it.
public struct InstanceView: Codable, Hashable, Sendable {
    /// The placement; nil while there is none.
    public var assignmentID: AssignmentID?
    /// The deployment.
    public var deploymentID: DeploymentID
    /// The deployment's name.
    public var deployment: String
    /// Which replica, from 0.
    public var replicaNumber: Int
    /// The node; nil while there is none.
    public var nodeID: NodeID?
    /// The node's name.
    public var nodeName: String?
    /// What the agent last said, `pending` before it said anything, `unknown` when the node is silent.
    public var state: InstanceState
    /// Whether it runs what is declared now.
    public var ready: Bool
    /// Why it is not, in words an operator can act on.
    public var reason: String?
    /// The container, where there is one.
    public var containerID: String?
    /// The generation it runs.
    public var generation: UInt64
    /// How often the agent started it again.
    public var restartCount: UInt32
    /// Its ports with their host ports.
    public var ports: [PortMapping]
    /// `host:port` of its published ports.
    public var endpoints: [String]
    /// When the control plane last heard of it.
    public var lastSeen: Timestamp?
    /// What its probes say; nil when none are declared, or its node is silent.
    public var health: InstanceHealth?

    /// Puts a view together.
    public init(
        assignmentID: AssignmentID?, deploymentID: DeploymentID, deployment: String, replicaNumber: Int,
        nodeID: NodeID?, nodeName: String?, state: InstanceState, ready: Bool, reason: String?,
        containerID: String?,
        generation: UInt64, restartCount: UInt32, ports: [PortMapping], endpoints: [String],
        lastSeen: Timestamp?, health: InstanceHealth? = nil
    ) {
        self.assignmentID = assignmentID
        self.deploymentID = deploymentID
        self.deployment = deployment
        self.replicaNumber = replicaNumber
        self.nodeID = nodeID
        self.nodeName = nodeName
        self.state = state
        self.ready = ready
        self.reason = reason
        self.containerID = containerID
        self.generation = generation
        self.restartCount = restartCount
        self.ports = ports
        self.endpoints = endpoints
        self.lastSeen = lastSeen
        self.health = health
    }

    private enum CodingKeys: String, CodingKey {
        case deployment, state, ready, reason, generation, ports, endpoints, health
        case assignmentID = "assignment_id"
        case deploymentID = "deployment_id"
        case replicaNumber = "replica_number"
        case nodeID = "node_id"
        case nodeName = "node_name"
        case containerID = "container_id"
        case restartCount = "restart_count"
        case lastSeen = "last_seen"
    }
}
