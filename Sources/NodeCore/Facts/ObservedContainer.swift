public import Model

/// What a list or an inspection said of one container.
public struct ObservedContainer: Hashable, Sendable {
    /// Docker's name for it.
    public var id: ContainerID
    /// Its name for people, without a leading slash.
    public var name: String
    /// Whose it is; nil is not ours.
    public var identity: ContainerIdentity?
    /// What it does.
    public var state: ContainerRunState
    /// The image it was made from, by id.
    public var imageID: String
    /// When it was last started.
    public var startedAt: Timestamp?
    /// The host ports it holds or will hold.
    public var hostPorts: [HostPort]

    /// Puts a fact together.
    public init(
        id: ContainerID, name: String, identity: ContainerIdentity?, state: ContainerRunState,
        imageID: String = "",
        startedAt: Timestamp? = nil, hostPorts: [HostPort] = []
    ) {
        self.id = id
        self.name = name
        self.identity = identity
        self.state = state
        self.imageID = imageID
        self.startedAt = startedAt
        self.hostPorts = hostPorts
    }
}
