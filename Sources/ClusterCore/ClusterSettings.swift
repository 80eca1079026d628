public import Model

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
    /// Which agents are given work; nil takes any.
    public var agentWindow: AgentWindow?
    /// Milliseconds after which what a silent node said of its replicas is forgotten; 0 is never.
    public var instanceStatusMilliseconds: Int64
    /// The host in endpoints of nodes that name none of their own.
    public var publicHost: String?
    /// Bytes of configs a node is sent at most; 0 is without bound.
    public var configPayloadBytes = 131_072

    /// The defaults of the seed's settings.
    public init(
        heartbeatIntervalMilliseconds: Int64 = 30_000, heartbeatStaleMilliseconds: Int64 = 90_000,
        rescheduleOnUnreachable: Bool = true, portsAutoAssign: Bool = false,
        portRange: ClosedRange<UInt16> = 30_000...40_000, agentWindow: AgentWindow? = nil,
        instanceStatusMilliseconds: Int64 = 0, publicHost: String? = nil
    ) {
        self.heartbeatIntervalMilliseconds = heartbeatIntervalMilliseconds
        self.heartbeatStaleMilliseconds = heartbeatStaleMilliseconds
        self.rescheduleOnUnreachable = rescheduleOnUnreachable
        self.portsAutoAssign = portsAutoAssign
        self.portRange = portRange
        self.agentWindow = agentWindow
        self.instanceStatusMilliseconds = instanceStatusMilliseconds
        self.publicHost = publicHost
    }

    /// Milliseconds after a start in which nodes find their way back, beyond a stale window.
    public var startupGraceMilliseconds: Int64 { staleMilliseconds }

    /// Milliseconds of silence that make a node unreachable that reports as often as it is told.
    public var staleMilliseconds: Int64 {
        staleMilliseconds(effectiveInterval: heartbeatIntervalMilliseconds)
    }

    /// Milliseconds of silence that make a node unreachable that reports so often.
    public func staleMilliseconds(effectiveInterval: Int64) -> Int64 {
        max(heartbeatStaleMilliseconds, ClusterLimits.staleIntervals * effectiveInterval)
    }

    /// Milliseconds between the reports of a node that asks for so many seconds.
    public func effectiveIntervalMilliseconds(asked seconds: Int?) -> Int64 {
        let asked = Int64(min(seconds ?? 0, ClusterLimits.intervalSeconds)) * 1000
        return max(heartbeatIntervalMilliseconds, asked)
    }
}
