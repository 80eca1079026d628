internal import Model

/// What a replica's decision needs to know beyond the replica.
struct PlanContext: Sendable {
    var now: MonotonicInstant
    /// Without an accepted document nothing is taken away.
    var hasDocument: Bool
    /// Ports still held by containers of other assignments that are on their way out.
    var leavingPorts: [HostPort]
}
