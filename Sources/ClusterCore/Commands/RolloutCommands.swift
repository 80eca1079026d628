public import Model

/// An operator wants an earlier generation back.
public struct RollBackDeployment: Hashable, Sendable {
    /// The deployment.
    public var id: DeploymentID
    /// The generation to restore; nil is the last good one, or the one before.
    public var generation: UInt64?
    /// The generation the decision was made from; nil takes any.
    public var expectedGeneration: UInt64?
    /// The request it came with.
    public var requestID: String

    /// Names a deployment and a generation.
    public init(
        id: DeploymentID, generation: UInt64? = nil, expectedGeneration: UInt64? = nil, requestID: String
    ) {
        self.id = id
        self.generation = generation
        self.expectedGeneration = expectedGeneration
        self.requestID = requestID
    }
}

/// An operator holds an update: no further step is taken, nothing fails.
public struct PauseDeployment: Hashable, Sendable {
    /// The deployment.
    public var id: DeploymentID
    /// The request it came with.
    public var requestID: String

    /// Names a deployment.
    public init(id: DeploymentID, requestID: String) {
        self.id = id
        self.requestID = requestID
    }
}

/// An operator lets a held update go on; a failed one is tried once more as a new generation.
public struct ResumeDeployment: Hashable, Sendable {
    /// The deployment.
    public var id: DeploymentID
    /// The request it came with.
    public var requestID: String

    /// Names a deployment.
    public init(id: DeploymentID, requestID: String) {
        self.id = id
        self.requestID = requestID
    }
}
