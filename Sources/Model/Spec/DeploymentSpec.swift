/// What an operator declares: one kind of container, how many, where and how.
///
/// Keys on the wire are the snake_case of the property names (REST contract, "Deployment spec").
public struct DeploymentSpec: Codable, Hashable, Sendable {
    /// Unique among live deployments; `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, at most 63 bytes.
    public var name: String
    /// How many replicas shall run, from 0.
    public var replicas: Int
    /// Whether the replicas shall run or stay stopped.
    public var desiredState: DesiredState
    /// Free words for selection; not passed to the container.
    public var labels: [String: String]
    /// How many replicas there are.
    public var mode: DeploymentMode
    /// What happens when a node is not heard from; nil takes the contract's defaults.
    public var disconnect: DisconnectPolicy?
    /// What a node must have.
    public var constraints: Constraints?
    /// What a node should have.
    public var placement: PlacementHints?
    /// How an update reaches the replicas.
    public var strategy: RolloutStrategy
    /// The container itself.
    public var container: ContainerSpec
    /// The ports the container serves, as declared.
    public var ports: [PortMapping]
    /// Whether the node must have a public address of its own.
    public var requiresPublicIP = false
    /// Whether its ports are reached through the tunnel only and none is published.
    public var tunnelOnly = false

    /// Declares a deployment of one container with the contract's defaults.
    public init(
        name: String, container: ContainerSpec, replicas: Int = 1, desiredState: DesiredState = .running,
        labels: [String: String] = [:], constraints: Constraints? = nil, placement: PlacementHints? = nil,
        strategy: RolloutStrategy = RolloutStrategy(), mode: DeploymentMode = .replicated,
        disconnect: DisconnectPolicy? = nil, ports: [PortMapping] = []
    ) {
        self.name = name
        self.strategy = strategy
        self.mode = mode
        self.disconnect = disconnect
        self.container = container
        self.replicas = replicas
        self.desiredState = desiredState
        self.labels = labels
        self.constraints = constraints
        self.placement = placement
        self.ports = ports
    }

    private enum CodingKeys: String, CodingKey {
        case name, replicas, labels, constraints, placement, strategy, ports, mode, disconnect
        case desiredState = "desired_state"
        case requiresPublicIP = "requires_public_ip"
        case tunnelOnly = "tunnel_only"
    }

    /// Reads the flat wire form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        replicas = try container.decodeIfPresent(Int.self, forKey: .replicas) ?? 1
        desiredState = try container.decodeIfPresent(DesiredState.self, forKey: .desiredState) ?? .running
        labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        constraints = try container.decodeIfPresent(Constraints.self, forKey: .constraints)
        placement = try container.decodeIfPresent(PlacementHints.self, forKey: .placement)
        strategy =
            try container.decodeIfPresent(RolloutStrategy.self, forKey: .strategy) ?? RolloutStrategy()
        mode = try container.decodeIfPresent(DeploymentMode.self, forKey: .mode) ?? .replicated
        disconnect = try container.decodeIfPresent(DisconnectPolicy.self, forKey: .disconnect)
        ports = try container.decodeIfPresent([PortMapping].self, forKey: .ports) ?? []
        requiresPublicIP = try container.decodeIfPresent(Bool.self, forKey: .requiresPublicIP) ?? false
        tunnelOnly = try container.decodeIfPresent(Bool.self, forKey: .tunnelOnly) ?? false
        self.container = try ContainerSpec(from: decoder)
    }

    /// Writes the flat wire form: the container's keys stand beside the deployment's.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(name, forKey: .name)
        try keyed.encode(replicas, forKey: .replicas)
        try keyed.encode(desiredState, forKey: .desiredState)
        try keyed.encode(labels, forKey: .labels)
        try keyed.encodeIfPresent(constraints, forKey: .constraints)
        try keyed.encodeIfPresent(placement, forKey: .placement)
        try keyed.encode(strategy, forKey: .strategy)
        try keyed.encode(mode, forKey: .mode)
        try keyed.encodeIfPresent(disconnect, forKey: .disconnect)
        try keyed.encode(ports, forKey: .ports)
        if requiresPublicIP { try keyed.encode(requiresPublicIP, forKey: .requiresPublicIP) }
        if tunnelOnly { try keyed.encode(tunnelOnly, forKey: .tunnelOnly) }
        try container.encode(to: encoder)
    }
}
