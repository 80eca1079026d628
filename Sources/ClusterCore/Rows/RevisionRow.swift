public import Model

/// What a replica was at one generation; kept while a replica runs it, and for going back.
public struct RevisionRow: Hashable, Sendable {
    /// What made a generation.
    public enum Cause: String, Hashable, Sendable, CaseIterable {
        /// An operator's declaration.
        case declared
        /// An operator wanted every replica started afresh.
        case restarted
        /// An earlier generation was restored.
        case rolledBack = "rolled_back"
        /// A config was written, attached or taken away.
        case configured
    }

    /// The deployment.
    public var deploymentID: DeploymentID
    /// The generation.
    public var generation: UInt64
    /// The declaration of that generation; its name, replica count and desired state do not matter.
    @Shared public var spec: DeploymentSpec
    /// The restart counter of that generation.
    public var restartNonce: UInt64
    /// The image every later replica gets: the declared repository with the digest a replica reported first.
    public var pinnedImage: String?
    /// Whether replicas pull although they have the image, until it is pinned.
    public var repulls: Bool
    /// What made it.
    public var cause: Cause
    /// The generation it restores, where it restores one.
    public var restoredFrom: UInt64?
    /// The configs its replicas get besides those of their nodes, those that win last.
    public var configs: [ConfigReference]
    /// When it was declared.
    public var createdAt: Timestamp

    /// Makes a row.
    public init(
        deploymentID: DeploymentID, generation: UInt64, spec: DeploymentSpec, restartNonce: UInt64,
        pinnedImage: String? = nil, repulls: Bool = false, cause: Cause = .declared,
        restoredFrom: UInt64? = nil, configs: [ConfigReference] = [],
        createdAt: Timestamp
    ) {
        self.deploymentID = deploymentID
        self.generation = generation
        self.spec = spec
        self.restartNonce = restartNonce
        self.pinnedImage = pinnedImage
        self.repulls = repulls
        self.cause = cause
        self.restoredFrom = restoredFrom
        self.configs = configs
        self.createdAt = createdAt
    }
}
