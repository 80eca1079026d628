internal import Model

/// What a new container must pass before it replaces the old one: ready for long enough, and soon enough.
///
/// Ready is running, and passing every probe where there are some.
enum HealthGate {
    enum Verdict: Hashable, Sendable {
        /// Nothing is decided before that moment, or before the next event.
        case open(until: MonotonicInstant?)
        case passed
        case failed(reason: String)
    }

    static func judge(_ record: ContainerRecord, _ wish: Wish, at now: MonotonicInstant) -> Verdict {
        if record.state == .running, let since = readySince(record, wish) {
            let passes = since.adding(milliseconds: wish.healthyAfterMilliseconds)
            return passes <= now ? .passed : .open(until: passes)
        }
        if record.state.hasExited, !RestartRule.shallStart(record, policy: wish.restartPolicy) {
            return record.state.exitCode == 0 ? .passed : .failed(reason: ended(record))
        }
        if let health = record.health, let blocking = health.blocking, health[blocking]?.verdict == .failing {
            return .failed(reason: health.words(of: blocking))
        }
        guard let since = record.trialSince else { return .open(until: nil) }
        let deadline = since.adding(milliseconds: wish.gateMilliseconds)
        guard deadline <= now else { return .open(until: deadline) }
        let complaint = record.health?.complaint.map { ": \($0)" } ?? ""
        return .failed(
            reason: "the container was not ready within \(wish.replica.strategy.gateSecs) s\(complaint)")
    }

    private static func readySince(_ record: ContainerRecord, _ wish: Wish) -> MonotonicInstant? {
        wish.replica.container.health == nil ? record.runningSince : record.health?.readySince
    }

    /// How a container's end is told.
    static func ended(_ record: ContainerRecord) -> String {
        record.state.exitCode.map { "the container exited with code \($0)" } ?? "the container ended"
    }
}
