public import Model

/// What is remembered of one replica.
public struct ReplicaMemory: Codable, Hashable, Sendable {
    /// A container that did its work.
    public struct KnownGood: Codable, Hashable, Sendable {
        /// The container.
        public var containerID: ContainerID
        /// Its image, by id.
        public var imageID: String
        /// What it was made from.
        public var specHash: String
        /// The newest generation it served.
        public var generation: UInt64?
        /// What is asked of it.
        public var health: HealthSpec?

        /// Remembers a container.
        public init(
            containerID: ContainerID, imageID: String, specHash: String, generation: UInt64? = nil,
            health: HealthSpec? = nil
        ) {
            self.containerID = containerID
            self.imageID = imageID
            self.specHash = specHash
            self.generation = generation
            self.health = health
        }
    }

    /// A change from one container to another that has begun: the old one is kept until the new one's gate has
    /// passed.
    public struct Switch: Codable, Hashable, Sendable {
        /// What the new container is made from.
        public var specHash: String
        /// The old one, started again if the new one fails.
        public var keptContainerID: ContainerID
    }

    /// A generation that did not work here; not tried again before a higher one comes.
    public struct Rejection: Codable, Hashable, Sendable {
        /// The generation.
        public var generation: UInt64
        /// What its container was made from.
        public var specHash: String
        /// What went wrong.
        public var reason: String
        /// Whether only a host port that another program holds is in the way; it is then tried again when that port
        /// is free, and nil otherwise.
        public var awaitsPort: Bool?

        /// Whether it says nothing of what is wished now: a higher generation, or other ports where only one was
        /// missing.
        func isOver(for wish: Wish) -> Bool {
            generation < wish.replica.generation || awaitsPort == true && wish.specHash != specHash
        }

        /// Whether the wished generation is not to be tried.
        func bars(_ wish: Wish) -> Bool {
            let generation = wish.replica.generation
            return generation == self.generation
                || (generation < self.generation && wish.specHash == specHash)
        }
    }

    /// What an image name stood for when a container was made.
    public struct ResolvedImage: Codable, Hashable, Sendable {
        /// What the container is made from.
        public var specHash: String
        /// The name as declared.
        public var image: String
        /// `repository@sha256:…`.
        public var digest: String
    }

    /// The placement.
    public var assignmentID: AssignmentID
    /// The generation the counts belong to.
    public var generation: UInt64
    /// How often a container was started again within this generation.
    public var restartCount: UInt32
    /// Failures in a row, which is the level of the back-off.
    public var consecutiveFailures: UInt32
    /// The last container that worked.
    public var knownGood: KnownGood?
    /// The image of the container that worked before it; going back must not need its registry.
    public var previousImageID: String?
    /// The change under way.
    public var switching: Switch?
    /// The generation refused here.
    public var rejected: Rejection?
    /// The container we stopped on purpose, so that its exit code says nothing.
    public var stoppedContainerID: ContainerID?
    /// The digests of its containers' images, where known.
    public var resolved: [ResolvedImage]?

    /// Remembers nothing yet.
    public init(assignmentID: AssignmentID, generation: UInt64) {
        self.assignmentID = assignmentID
        self.generation = generation
        restartCount = 0
        consecutiveFailures = 0
    }
}
