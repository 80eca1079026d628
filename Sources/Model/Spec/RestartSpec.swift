/// When the agent starts an ended container again; nil fields take the node's settings.
public struct RestartSpec: Codable, Hashable, Sendable {
    /// When an ended container is started again.
    public enum Policy: String, Codable, Hashable, Sendable, CaseIterable {
        /// Whatever the exit code.
        case always
        /// Unless it exited with 0.
        case onFailure = "on_failure"
        /// Never.
        case never
    }

    /// When it is started again.
    public var policy: Policy
    /// Seconds before the first restart; doubles each time.
    public var backoffSecs: Int?
    /// The longest pause in seconds.
    public var backoffMaxSecs: Int?
    /// Seconds of stable running after which failures are forgotten.
    public var resetAfterSecs: Int

    /// Restarts always, with the node's back-off, unless said otherwise.
    public init(
        policy: Policy = .always, backoffSecs: Int? = nil, backoffMaxSecs: Int? = nil,
        resetAfterSecs: Int = 600
    ) {
        self.policy = policy
        self.backoffSecs = backoffSecs
        self.backoffMaxSecs = backoffMaxSecs
        self.resetAfterSecs = resetAfterSecs
    }

    private enum CodingKeys: String, CodingKey {
        case policy
        case backoffSecs = "backoff_secs"
        case backoffMaxSecs = "backoff_max_secs"
        case resetAfterSecs = "reset_after_secs"
    }

    /// Reads the wire form; absent keys take the contract's defaults.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        policy = try keyed.decodeIfPresent(Policy.self, forKey: .policy) ?? .always
        backoffSecs = try keyed.decodeIfPresent(Int.self, forKey: .backoffSecs)
        backoffMaxSecs = try keyed.decodeIfPresent(Int.self, forKey: .backoffMaxSecs)
        resetAfterSecs = try keyed.decodeIfPresent(Int.self, forKey: .resetAfterSecs) ?? 600
    }
}
