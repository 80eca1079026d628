import Model

/// What a change of configs means for deployments.
struct ConfigRevision: Equatable, Sendable {
    /// The configs that changed, came or went.
    var configs: Set<ConfigID> = []
    /// Deployments that have one of them themselves.
    var deployments: Set<DeploymentID> = []
    /// Deployments with replicas on a node that has one of them.
    var forced: Set<DeploymentID> = []

    mutating func formUnion(_ other: ConfigRevision) {
        configs.formUnion(other.configs)
        deployments.formUnion(other.deployments)
        forced.formUnion(other.forced)
    }
}
