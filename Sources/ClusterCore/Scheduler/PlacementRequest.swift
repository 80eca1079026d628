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
    /// Their numbers, in the order they are placed.
    let replicas: [Int]
    /// Whether they have a current placement that the new one replaces.
    let movesReplicas: Bool
    /// Whether the reasons of replicas without a place are asked for.
    let explains: Bool

    init(_ row: DeploymentRow, replicas: [Int], movesReplicas: Bool = false, explains: Bool = true) {
        deploymentID = row.id
        generation = row.generation
        spec = row.spec
        capabilities = spec.requiredCapabilities
        self.replicas = replicas
        self.movesReplicas = movesReplicas
        self.explains = explains
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
        self.replicas = replicas
        self.movesReplicas = movesReplicas
        self.explains = explains
    }
}
