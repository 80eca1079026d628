public import Model

/// Everything the shell needs to create one container.
public struct ContainerPlan: Hashable, Sendable {
    /// What it belongs to, its spec and its ports.
    public var replica: DesiredReplica
    /// The name to give it.
    public var name: String
    /// The labels to give it, as values.
    public var identity: ContainerIdentity
    /// The image that was made ready, by id; never pull again here.
    public var imageID: String

    /// The labels to give it.
    public var labels: [String: String] { identity.labels }
}
