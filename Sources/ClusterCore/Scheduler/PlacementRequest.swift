import Model

/// Replicas of one deployment that want a place; shared, because every part of planning holds it.
final class PlacementRequest: Sendable {
    /// The deployment.
    let deploymentID: DeploymentID
    /// The generation they shall run.
    let generation: UInt64
    /// What they need.
    let spec: DeploymentSpec
    /// What an agent must know for it.
    let capabilities: [AgentCapability]
    /// Its ports as they are served.
    let ports: [PortMapping]
    /// What one replica takes.
    let resources: Resources?
    /// The most replicas on one node; nil is unlimited.
    let mostPerNode: Int?
    /// Their numbers, in the order they are placed.
    let replicas: [Int]
    /// Whether they have a current placement that the new one replaces.
    let movesReplicas: Bool
    /// Whether the reasons of replicas without a place are asked for.
    let explains: Bool

    convenience init(
        _ row: DeploymentRow, replicas: [Int], movesReplicas: Bool = false, explains: Bool = true
    ) {
        self.init(
            row.id, RolloutTarget(generation: row.generation, spec: row.spec), replicas: replicas,
            movesReplicas: movesReplicas, explains: explains)
    }

    /// Wants places for replicas that shall run another generation than the declared one.
    init(
        _ id: DeploymentID, _ target: RolloutTarget, replicas: [Int], movesReplicas: Bool = false,
        explains: Bool = true
    ) {
        deploymentID = id
        generation = target.generation
        spec = target.spec
        capabilities = spec.requiredCapabilities
        ports = spec.servedPorts
        resources = spec.container.resources
        mostPerNode = NodeFilters.most(of: spec)
        self.replicas = replicas
        self.movesReplicas = movesReplicas
        self.explains = explains
    }
}
