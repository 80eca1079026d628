import Model

/// Holds replicas where they are while many nodes are missing at once: then the network is likelier broken than
/// the nodes.
///
/// Engages when the nodes that fell silent within about one stale window reach the threshold; lets go when fewer
/// are missing for a whole window, or when an operator says so.
struct MassLossBrake: Hashable, Sendable {
    /// How many nodes are missing.
    struct Census: Hashable, Sendable {
        /// Nodes that reported to this process.
        var known = 0
        /// Silent for so long that it shows, however long ago that began.
        var missing = 0
        /// Of these, the ones that fell silent within the last window.
        var recentlyMissing = 0

        /// From how many on it is a mass loss.
        var threshold: Int {
            max(ClusterLimits.massLossNodes, (known * ClusterLimits.massLossPercent + 99) / 100)
        }
    }

    /// What a census changed.
    enum Verdict: Hashable, Sendable {
        /// Nothing.
        case unchanged
        /// Nothing is moved from now on.
        case engaged
        /// Replicas may be moved again.
        case released
    }

    private(set) var isEngaged = false
    private var belowSince: MonotonicInstant?
    /// Missing nodes an operator has accepted.
    private var excused = 0

    mutating func censusTaken(_ census: Census, at now: MonotonicInstant, windowMilliseconds: Int64)
        -> Verdict
    {
        if census.missing < excused { excused = census.missing }
        guard isEngaged else { return engageIfNeeded(census) }
        guard census.missing - excused < census.threshold else {
            belowSince = nil
            return .unchanged
        }
        guard let since = belowSince else {
            belowSince = now
            return .unchanged
        }
        guard now.milliseconds(since: since) >= windowMilliseconds else { return .unchanged }
        isEngaged = false
        belowSince = nil
        return .released
    }

    /// An operator accepts that the nodes missing now are lost.
    mutating func released(missing: Int) -> Verdict {
        excused = missing
        belowSince = nil
        guard isEngaged else { return .unchanged }
        isEngaged = false
        return .released
    }

    private mutating func engageIfNeeded(_ census: Census) -> Verdict {
        let counted = min(census.recentlyMissing, census.missing - excused)
        guard counted >= census.threshold else { return .unchanged }
        isEngaged = true
        belowSince = nil
        return .engaged
    }
}
