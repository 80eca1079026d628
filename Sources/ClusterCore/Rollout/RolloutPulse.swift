import Model

/// When an update last made progress, by this process's clock.
struct RolloutPulse: Hashable, Sendable {
    /// The generation it is about.
    var generation: UInt64
    /// The most replicas that were healthy at the generation at once.
    var healthyCount: Int
    /// The last progress, or the last moment at which there was nothing to wait for.
    var since: MonotonicInstant

    /// Notes how many replicas are healthy, and whether one is tried that is not.
    mutating func beat(
        generation: UInt64, healthyCount: Int, isWaiting: Bool, at now: MonotonicInstant
    ) {
        if generation != self.generation {
            self = RolloutPulse(generation: generation, healthyCount: healthyCount, since: now)
        } else if healthyCount > self.healthyCount {
            self.healthyCount = healthyCount
            since = now
        } else if !isWaiting {
            since = now
        }
    }
}
