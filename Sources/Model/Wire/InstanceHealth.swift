/// What a replica's probes say.
public struct InstanceHealth: Codable, Hashable, Sendable {
    /// What one probe says.
    public enum Verdict: String, Codable, Hashable, Sendable, CaseIterable {
        /// It has not passed or failed yet.
        case pending
        /// It passes.
        case passing
        /// It failed as often in a row as its threshold says.
        case failing
    }

    /// Whether every probe passes: the replica can serve.
    public var healthy: Bool
    /// Whether it has started; nil when that is not asked.
    public var startup: Verdict?
    /// Whether it can serve; nil when that is not asked.
    public var readiness: Verdict?
    /// Whether it still works; nil when that is not asked.
    public var liveness: Verdict?
    /// Why it is not healthy.
    public var reason: String?
    /// The newest answer, such as `http 200`.
    public var lastProbeResult: String?
    /// When that was, by the agent's clock.
    public var lastCheckedAt: Timestamp?

    /// States a health.
    public init(
        healthy: Bool, startup: Verdict? = nil, readiness: Verdict? = nil, liveness: Verdict? = nil,
        reason: String? = nil, lastProbeResult: String? = nil, lastCheckedAt: Timestamp? = nil
    ) {
        self.healthy = healthy
        self.startup = startup
        self.readiness = readiness
        self.liveness = liveness
        self.reason = reason
        self.lastProbeResult = lastProbeResult
        self.lastCheckedAt = lastCheckedAt
    }

    private enum CodingKeys: String, CodingKey {
        case healthy, startup, readiness, liveness, reason
        case lastProbeResult = "last_probe_result"
        case lastCheckedAt = "last_checked_at"
    }

    /// Whether another one tells people nothing new: answers come all the time.
    public func isSameNews(as other: InstanceHealth) -> Bool {
        healthy == other.healthy && startup == other.startup && readiness == other.readiness
            && liveness == other.liveness
    }
}
