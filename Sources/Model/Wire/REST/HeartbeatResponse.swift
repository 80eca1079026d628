/// What an agent hears after a report.
public struct HeartbeatResponse: Codable, Hashable, Sendable {
    /// Always true; the reference's agents look for it.
    public var ok: Bool
    /// The sequence number of the report this answers; 0 when it was older than one already taken, and ignored.
    public var ack: UInt64
    /// Whether the next report shall be full.
    public var wantFull: Bool
    /// The newest revision of the node's desired state, so that an agent without a long poll notices.
    public var headRevision: UInt64
    /// Seconds until the next report is wished.
    public var heartbeatIntervalSecs: Int

    /// Puts an answer together.
    public init(ack: UInt64, wantFull: Bool, headRevision: UInt64, heartbeatIntervalSecs: Int) {
        ok = true
        self.ack = ack
        self.wantFull = wantFull
        self.headRevision = headRevision
        self.heartbeatIntervalSecs = heartbeatIntervalSecs
    }

    private enum CodingKeys: String, CodingKey {
        case ok, ack
        case wantFull = "want_full"
        case headRevision = "head_revision"
        case heartbeatIntervalSecs = "heartbeat_interval_secs"
    }
}
