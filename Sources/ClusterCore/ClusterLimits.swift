/// Bounds and fixed periods of the core.
public enum ClusterLimits {
    /// A node is stale at the earliest after this many heartbeat intervals.
    public static let staleIntervals: Int64 = 3
    /// The longest interval an agent may ask for, in seconds.
    public static let intervalSeconds = 480
    /// Containers kept of those a node reports and no row knows.
    public static let strangers = 4096
    /// Milliseconds between two writes of when nodes were last heard from; they are exact in memory.
    public static let lastSeenMilliseconds: Int64 = 6 * 3_600_000
    /// Milliseconds between two writes of when credentials were last used; they are exact in memory.
    public static let tokenUseMilliseconds: Int64 = 24 * 3_600_000
    /// Milliseconds a deleted node is remembered.
    public static let tombstoneMilliseconds: Int64 = 30 * 86_400_000
    /// Generations of a deployment kept for going back.
    public static let revisions = 10
    /// Credentials of one node at a time.
    public static let tokensPerNode = 16
    /// The most lives of an agent remembered so that late reports of an older one are known.
    public static let formerBoots = 4
    /// A life taken for ended is believed again after this many newer reports; a late report is only one.
    static let reportsThatProveLife = 2
    /// How many agents must be ahead of this database before it counts as an old one; fewer where fewer were ever told
    /// a document.
    static let witnessesOfLostHistory = 2
    /// How far ahead a node's revision may be and still be one that an older state of this database told.
    static let plausibleRevisions: UInt64 = 1 << 32
    /// The most parts of one full report.
    public static let reportParts = 256
    /// The most replicas of one node that its report in parts may name.
    public static let reportedInstances = 16_384
    /// The fewest lost nodes that count as a mass loss.
    public static let massLossNodes = 3
    /// The share of nodes, in percent, whose loss counts as a mass loss.
    public static let massLossPercent = 30
    /// Bytes of the message kept from an agent's report.
    public static let messageBytes = 1024
    /// Replicas whose use is followed.
    public static let usageSeries = 100_000
    /// Single samples kept of one replica.
    public static let samplesPerSeries = 1_440
    /// Single samples kept in all: about 70 MB.
    public static let samples = 1_000_000
    /// A node's clock that differs by this much is worth a remark; a report may take some seconds to come.
    static let clockSkewMilliseconds: Int64 = 30_000
    /// An agent's clock that differs by less is taken for right.
    static let clockToleranceMilliseconds: Int64 = 10_000
}
