/// How an update reaches the replicas: how many at a time, in which order, and what makes it fail.
public struct RolloutStrategy: Codable, Hashable, Sendable {
    /// What an update does with the replicas as a whole.
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        /// A few at a time.
        case rolling
        /// All at once, the old ones stopped first.
        case recreate
    }

    /// Which container of a replica runs first while it is replaced.
    public enum Order: String, Codable, Hashable, Sendable, CaseIterable {
        /// The new one first where old and new share nothing, else the old one is stopped first.
        case auto
        /// The old one is stopped before the new one is started.
        case stopFirst = "stop_first"
        /// The new one is started and gated before the old one is stopped.
        case startFirst = "start_first"
    }

    /// What an update does with the replicas as a whole.
    public var kind: Kind
    /// Which container of a replica runs first.
    public var order: Order
    /// The most replicas an update takes down at once, at least 1.
    public var maxUnavailable: Int
    /// The most replicas an update runs beyond the declared number.
    public var maxSurge: Int
    /// Seconds a replica must be ready before its step is done.
    public var healthyAfterSecs: Int
    /// Seconds a node gives a new container to become healthy.
    public var gateSecs: Int
    /// Seconds without progress after which the update has failed.
    public var deadlineSecs: Int
    /// Whether a failed update goes back to what ran before.
    public var autoRollback: Bool

    /// Rolls one replica at a time and goes back by itself unless said otherwise.
    public init(
        kind: Kind = .rolling, order: Order = .auto, maxUnavailable: Int = 1, maxSurge: Int = 0,
        healthyAfterSecs: Int = 5, gateSecs: Int = 30, deadlineSecs: Int = 300, autoRollback: Bool = true
    ) {
        self.kind = kind
        self.order = order
        self.maxUnavailable = maxUnavailable
        self.maxSurge = maxSurge
        self.healthyAfterSecs = healthyAfterSecs
        self.gateSecs = gateSecs
        self.deadlineSecs = deadlineSecs
        self.autoRollback = autoRollback
    }

    private enum CodingKeys: String, CodingKey {
        case order
        case kind = "type"
        case maxUnavailable = "max_unavailable"
        case maxSurge = "max_surge"
        case healthyAfterSecs = "healthy_after_secs"
        case gateSecs = "gate_secs"
        case deadlineSecs = "deadline_secs"
        case autoRollback = "auto_rollback"
    }

    /// Reads the wire form; absent keys take the contract's defaults.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        kind = try keyed.decodeIfPresent(Kind.self, forKey: .kind) ?? kind
        order = try keyed.decodeIfPresent(Order.self, forKey: .order) ?? order
        maxUnavailable = try keyed.decodeIfPresent(Int.self, forKey: .maxUnavailable) ?? maxUnavailable
        maxSurge = try keyed.decodeIfPresent(Int.self, forKey: .maxSurge) ?? maxSurge
        healthyAfterSecs = try keyed.decodeIfPresent(Int.self, forKey: .healthyAfterSecs) ?? healthyAfterSecs
        gateSecs = try keyed.decodeIfPresent(Int.self, forKey: .gateSecs) ?? gateSecs
        deadlineSecs = try keyed.decodeIfPresent(Int.self, forKey: .deadlineSecs) ?? deadlineSecs
        autoRollback = try keyed.decodeIfPresent(Bool.self, forKey: .autoRollback) ?? autoRollback
    }
}
