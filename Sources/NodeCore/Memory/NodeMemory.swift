/// What the agent must not forget over a restart (`runtime.json`); written only when a replica changes.
public struct NodeMemory: Codable, Hashable, Sendable {
    /// The layout of this record.
    public var version: Int
    /// One entry a replica, ordered by assignment.
    public var replicas: [ReplicaMemory]
    /// What was pulled, ordered by id; nil is nothing.
    public var images: [PulledImage]?

    /// Takes entries; nothing is known without them.
    public init(version: Int = 1, replicas: [ReplicaMemory] = [], images: [PulledImage]? = nil) {
        self.version = version
        self.replicas = replicas
        self.images = images
    }
}
