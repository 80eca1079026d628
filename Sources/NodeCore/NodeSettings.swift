/// What the node's operator decides about restarts and resyncs.
public struct NodeSettings: Hashable, Sendable {
    /// First pause before a restart.
    public var backoffMilliseconds: Int64
    /// Longest pause between restarts.
    public var backoffMaxMilliseconds: Int64
    /// Consecutive failures after which a replica is called failed; 0 is never.
    public var restartFailureLimit: UInt32
    /// Pause between two full lists of containers.
    public var resyncMilliseconds: Int64
    /// The host part of the endpoints in reports.
    public var advertisedHost: String

    /// When images are removed.
    public var images = ImageSettings()

    /// Settings with the seed's defaults.
    public init(
        backoffMilliseconds: Int64 = 1000, backoffMaxMilliseconds: Int64 = 30_000,
        restartFailureLimit: UInt32 = 5,
        resyncMilliseconds: Int64 = 10_000, advertisedHost: String = "127.0.0.1"
    ) {
        self.backoffMilliseconds = backoffMilliseconds
        self.backoffMaxMilliseconds = backoffMaxMilliseconds
        self.restartFailureLimit = restartFailureLimit
        self.resyncMilliseconds = resyncMilliseconds
        self.advertisedHost = advertisedHost
    }
}
