public import Model

/// One declaration, as it stands now.
public struct DeploymentRow: Hashable, Sendable {
    /// Names the deployment.
    public var id: DeploymentID
    /// What was declared last.
    @Shared public var spec: DeploymentSpec
    /// Counts the revisions of what a replica is; the number of replicas and the name do not count.
    public var generation: UInt64
    /// Counts what operators declared: anything of the declaration, and restarts; `If-Match` compares it.
    public var declaration: UInt64
    /// Changes with each restart asked for; a generation that goes back restores that of its model.
    public var restartNonce: UInt64
    /// How far the generation has come.
    public var rollout: RolloutState
    /// When it was declared first.
    public var createdAt: Timestamp
    /// When it was declared last.
    public var updatedAt: Timestamp
    /// Set once it is deleted; the row stays until the last container is gone.
    public var deletedAt: Timestamp?

    /// Makes a row; without a rollout it is one that was just declared.
    public init(
        id: DeploymentID, spec: DeploymentSpec, generation: UInt64 = 1, declaration: UInt64 = 1,
        restartNonce: UInt64 = 0, rollout: RolloutState? = nil, createdAt: Timestamp, updatedAt: Timestamp,
        deletedAt: Timestamp? = nil
    ) {
        self.id = id
        self.spec = spec
        self.generation = generation
        self.declaration = declaration
        self.restartNonce = restartNonce
        self.rollout = rollout ?? RolloutState(since: createdAt)
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.deletedAt = deletedAt
    }
}
