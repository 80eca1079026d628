import Model

/// Holds replicas where they are while many nodes are missing at once: then the network is likelier broken than
/// the nodes.
///
/// Engages when the nodes lost within one stale window reach the threshold; lets go when fewer are missing for a
/// whole window, or when an operator says so. A node that is only suspect counts from the moment another one is
/// lost, since nodes lost together become stale one after the other.
struct MassLossBrake: Hashable, Sendable {
    /// How many nodes are missing.
    struct Census: Hashable, Sendable {
        /// Nodes that are heard from.
        var present = 0
        /// Suspect and unreachable nodes, however long ago that began.
        var missing = 0
        /// Of these, the ones that are suspect or were lost within the last window.
        var recentlyMissing = 0
        /// Of the missing ones, those that are unreachable.
        var lost = 0

        /// From how many on it is a mass loss: a share of the nodes that were there before.
        var threshold: Int {
            let before = present + recentlyMissing
            return max(ClusterLimits.massLossNodes, (before * ClusterLimits.massLossPercent + 99) / 100)
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

    /// The threshold it was engaged at; nil while it is not.
    private var engagedAt: Int?
    private var belowSince: MonotonicInstant?
    /// Missing nodes an operator has accepted.
    private var excused = 0

    var isEngaged: Bool { engagedAt != nil }

    mutating func censusTaken(_ census: Census, at now: MonotonicInstant, windowMilliseconds: Int64)
        -> Verdict
    {
        if census.missing < excused { excused = census.missing }
        guard let threshold = engagedAt else { return engageIfNeeded(census) }
        guard census.missing - excused < threshold else {
            belowSince = nil
            return .unchanged
        }
        guard let since = belowSince else {
            belowSince = now
            return .unchanged
        }
        guard now.milliseconds(since: since) >= windowMilliseconds else { return .unchanged }
        engagedAt = nil
        belowSince = nil
        return .released
    }

    /// An operator accepts that the nodes missing now are lost.
    mutating func released(missing: Int) -> Verdict {
        excused = missing
        belowSince = nil
        guard isEngaged else { return .unchanged }
        engagedAt = nil
        return .released
    }

    private mutating func engageIfNeeded(_ census: Census) -> Verdict {
        let counted = min(census.recentlyMissing, census.missing - excused)
        guard census.lost > 0, counted >= census.threshold else { return .unchanged }
        engagedAt = census.threshold
        belowSince = nil
        return .engaged
    }
}
