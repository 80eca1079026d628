/// What an operator can set about the decisions made here.
public struct ClusterSettings: Hashable, Sendable {
    /// Milliseconds between an agent's heartbeats.
    public var heartbeatIntervalMilliseconds: Int64
    /// Milliseconds of silence after which a node is unreachable; never less than three intervals count.
    public var heartbeatStaleMilliseconds: Int64
    /// Whether replicas of unreachable nodes are placed anew.
    public var rescheduleOnUnreachable: Bool
    /// Whether a port without a host port always takes one of the range.
    public var portsAutoAssign: Bool
    /// The host ports the scheduler may choose by itself.
    public var portRange: ClosedRange<UInt16>

    /// The defaults of the seed's settings.
    public init(
        heartbeatIntervalMilliseconds: Int64 = 30_000, heartbeatStaleMilliseconds: Int64 = 90_000,
        rescheduleOnUnreachable: Bool = true, portsAutoAssign: Bool = false,
        portRange: ClosedRange<UInt16> = 30_000...40_000
    ) {
        self.heartbeatIntervalMilliseconds = heartbeatIntervalMilliseconds
        self.heartbeatStaleMilliseconds = heartbeatStaleMilliseconds
        self.rescheduleOnUnreachable = rescheduleOnUnreachable
        self.portsAutoAssign = portsAutoAssign
        self.portRange = portRange
    }

    /// Milliseconds of silence that make a node unreachable.
    public var staleMilliseconds: Int64 {
        max(heartbeatStaleMilliseconds, ClusterLimits.staleIntervals * heartbeatIntervalMilliseconds)
    }
}
