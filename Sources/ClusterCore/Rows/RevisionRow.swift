public import Model

/// What a replica was at one generation; kept while a replica runs it, and for going back.
public struct RevisionRow: Hashable, Sendable {
    /// The deployment.
    public var deploymentID: DeploymentID
    /// The generation.
    public var generation: UInt64
    /// The declaration of that generation; its name, replica count and desired state do not matter.
    public var spec: DeploymentSpec
    /// The restart counter of that generation.
    public var restartNonce: UInt64
    /// When it was declared.
    public var createdAt: Timestamp

    /// Makes a row.
    public init(
        deploymentID: DeploymentID, generation: UInt64, spec: DeploymentSpec, restartNonce: UInt64,
        createdAt: Timestamp
    ) {
        self.deploymentID = deploymentID
        self.generation = generation
        self.spec = spec
        self.restartNonce = restartNonce
        self.createdAt = createdAt
    }
}
