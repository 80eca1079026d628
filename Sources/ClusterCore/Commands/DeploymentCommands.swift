public import Model

/// An operator declares a deployment.
public struct CreateDeployment: Hashable, Sendable {
    /// What is declared.
    public var spec: DeploymentSpec
    /// Whether it is refused when a replica has no place.
    public var requiresPlacement: Bool
    /// The request it came with.
    public var requestID: String

    /// Describes a declaration.
    public init(spec: DeploymentSpec, requiresPlacement: Bool = false, requestID: String) {
        self.spec = spec
        self.requiresPlacement = requiresPlacement
        self.requestID = requestID
    }
}

/// An operator declares a deployment anew.
public struct PatchDeployment: Hashable, Sendable {
    /// The deployment.
    public var id: DeploymentID
    /// The complete new declaration.
    public var spec: DeploymentSpec
    /// The generation the change was made from; nil takes any.
    public var expectedGeneration: UInt64?
    /// Whether it is refused when a replica has no place.
    public var requiresPlacement: Bool
    /// The request it came with.
    public var requestID: String

    /// Describes a change.
    public init(
        id: DeploymentID, spec: DeploymentSpec, expectedGeneration: UInt64? = nil,
        requiresPlacement: Bool = false,
        requestID: String
    ) {
        self.id = id
        self.spec = spec
        self.expectedGeneration = expectedGeneration
        self.requiresPlacement = requiresPlacement
        self.requestID = requestID
    }
}

/// An operator wants every replica started afresh, one rollout step at a time.
public struct RestartDeployment: Hashable, Sendable {
    /// The deployment.
    public var id: DeploymentID
    /// Whether the image is resolved and pulled anew.
    public var repulls: Bool
    /// The request it came with.
    public var requestID: String

    /// Names a deployment.
    public init(id: DeploymentID, repulls: Bool = false, requestID: String) {
        self.id = id
        self.repulls = repulls
        self.requestID = requestID
    }
}

/// An operator deletes a deployment.
public struct DeleteDeployment: Hashable, Sendable {
    /// The deployment.
    public var id: DeploymentID
    /// The generation the decision was made from; nil takes any.
    public var expectedGeneration: UInt64?
    /// The request it came with.
    public var requestID: String

    /// Names a deployment.
    public init(id: DeploymentID, expectedGeneration: UInt64? = nil, requestID: String) {
        self.id = id
        self.expectedGeneration = expectedGeneration
        self.requestID = requestID
    }
}
