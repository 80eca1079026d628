public import Model

/// What is said of one replica.
public struct InstanceView: Hashable, Sendable {
    /// The deployment.
    public var deploymentID: DeploymentID
    /// Which replica.
    public var replicaNumber: Int
    /// Its placement.
    public var assignmentID: AssignmentID
    /// Its node.
    public var nodeID: NodeID
    /// The node's name.
    public var nodeName: String?
    /// The generation it shall run.
    public var generation: UInt64
    /// The generation its node reported.
    public var reportedGeneration: UInt64?
    /// What it does; unknown while its node is not heard from.
    public var state: InstanceState
    /// Why, where there is something to say.
    public var reason: String?
    /// Whether it serves: running at its generation on a node that is heard from.
    public var isReady: Bool
    /// Whether the placement is on its way out.
    public var isRetiring: Bool
    /// The container.
    public var containerID: String?
    /// How often the agent started it again.
    public var restartCount: UInt32
    /// Its ports, each with a host port, and an endpoint where exposed.
    public var ports: [PortMapping]
    /// `host:port` of its exposed ports, or what the agent reported.
    public var endpoints: [String]
    /// When the agent last changed its mind.
    public var lastUpdated: Timestamp?
    /// What its probes say, while its node is heard from.
    public var health: InstanceHealth?
}
