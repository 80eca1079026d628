public import Model

/// What is said of a deployment.
public struct DeploymentView: Hashable, Sendable {
    /// Its stored part.
    public var row: DeploymentRow
    /// How it does.
    public var status: DeploymentStatus
    /// Replicas that serve.
    public var replicasReady: Int
    /// Replicas declared.
    public var replicasDesired: Int
    /// Replicas that run the declared generation or shall.
    public var replicasUpdated: Int
    /// Every placed replica, by number.
    public var instances: [InstanceView]
    /// Placements on their way out.
    public var retiring: [InstanceView]
    /// Replicas without a place, and why; empty unless asked for.
    public var unplaced: [UnplacedReplica]
    /// How far the declared generation has come.
    public var rollout: RolloutView
    /// What is the matter.
    public var conditions: [Condition]
}
