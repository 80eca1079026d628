/// One replica a node shall have.
public struct DesiredReplica: Codable, Hashable, Sendable {
    /// The placement; a replica that moves gets a new one.
    public var assignmentID: AssignmentID
    /// The deployment.
    public var deploymentID: DeploymentID
    /// The deployment's name.
    public var name: String
    /// Which replica, from 0.
    public var replicaNumber: Int
    /// The deployment's generation this replica shall run.
    public var generation: UInt64
    /// Changes when a restart is asked for; part of the spec hash.
    public var restartNonce: UInt64
    /// Whether it shall run.
    public var desiredState: DesiredState
    /// How its container is replaced; not part of the spec hash.
    public var strategy: RolloutStrategy
    /// Its ports, each with a host port.
    public var ports: [PortMapping]
    /// The container itself.
    public var container: ContainerSpec
    /// The configs it gets, those that win last; part of the spec hash.
    public var configs: [ConfigReference]

    /// Describes a replica.
    public init(
        assignmentID: AssignmentID, deploymentID: DeploymentID, name: String, replicaNumber: Int,
        generation: UInt64,
        restartNonce: UInt64 = 0, desiredState: DesiredState = .running,
        strategy: RolloutStrategy = RolloutStrategy(), ports: [PortMapping] = [], container: ContainerSpec,
        configs: [ConfigReference] = []
    ) {
        self.assignmentID = assignmentID
        self.deploymentID = deploymentID
        self.name = name
        self.replicaNumber = replicaNumber
        self.generation = generation
        self.restartNonce = restartNonce
        self.desiredState = desiredState
        self.strategy = strategy
        self.ports = ports
        self.container = container
        self.configs = configs
    }

    private enum CodingKeys: String, CodingKey {
        case name, generation, strategy, ports, configs
        case assignmentID = "assignment_id"
        case deploymentID = "deployment_id"
        case replicaNumber = "replica_number"
        case restartNonce = "restart_nonce"
        case desiredState = "desired_state"
    }

    /// Reads the flat wire form; unknown keys are ignored.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        assignmentID = try keyed.decode(AssignmentID.self, forKey: .assignmentID)
        deploymentID = try keyed.decode(DeploymentID.self, forKey: .deploymentID)
        name = try keyed.decode(String.self, forKey: .name)
        replicaNumber = try keyed.decode(Int.self, forKey: .replicaNumber)
        generation = try keyed.decode(UInt64.self, forKey: .generation)
        restartNonce = try keyed.decodeIfPresent(UInt64.self, forKey: .restartNonce) ?? 0
        desiredState = try keyed.decodeIfPresent(DesiredState.self, forKey: .desiredState) ?? .running
        strategy = try keyed.decodeIfPresent(RolloutStrategy.self, forKey: .strategy) ?? RolloutStrategy()
        ports = try keyed.decodeIfPresent([PortMapping].self, forKey: .ports) ?? []
        configs = try keyed.decodeIfPresent([ConfigReference].self, forKey: .configs) ?? []
        container = try ContainerSpec(from: decoder)
    }

    /// Writes the flat wire form: the container's keys stand beside the replica's.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(assignmentID, forKey: .assignmentID)
        try keyed.encode(deploymentID, forKey: .deploymentID)
        try keyed.encode(name, forKey: .name)
        try keyed.encode(replicaNumber, forKey: .replicaNumber)
        try keyed.encode(generation, forKey: .generation)
        try keyed.encode(restartNonce, forKey: .restartNonce)
        try keyed.encode(desiredState, forKey: .desiredState)
        try keyed.encode(strategy, forKey: .strategy)
        try keyed.encode(ports, forKey: .ports)
        if !configs.isEmpty { try keyed.encode(configs, forKey: .configs) }
        try container.encode(to: encoder)
    }
}
