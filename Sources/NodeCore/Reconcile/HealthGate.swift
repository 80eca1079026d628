internal import Model

/// What a new container must pass before it replaces the old one: ready for long enough, and soon enough.
///
/// Until probes exist, ready is running.
enum HealthGate {
    enum Verdict: Hashable, Sendable {
        /// Nothing is decided before that moment, or before the next event.
        case open(until: MonotonicInstant?)
        case passed
        case failed(reason: String)
    }

    static func judge(_ record: ContainerRecord, _ wish: Wish, at now: MonotonicInstant) -> Verdict {
        if record.state == .running, let since = record.runningSince {
            let passes = since.adding(milliseconds: wish.healthyAfterMilliseconds)
            return passes <= now ? .passed : .open(until: passes)
        }
        if record.state.hasExited, !RestartRule.shallStart(record, policy: wish.restartPolicy) {
            return record.state.exitCode == 0 ? .passed : .failed(reason: ended(record))
        }
        guard let since = record.trialSince else { return .open(until: nil) }
        let deadline = since.adding(milliseconds: wish.gateMilliseconds)
        guard deadline <= now else { return .open(until: deadline) }
        return .failed(reason: "the container was not ready within \(wish.replica.strategy.gateSecs) s")
    }

    /// How a container's end is told.
    static func ended(_ record: ContainerRecord) -> String {
        record.state.exitCode.map { "the container exited with code \($0)" } ?? "the container ended"
    }
}
