internal import Model

/// Failures in a row of one kind of work, and when it may be tried again.
struct Backoff: Hashable, Sendable {
    private(set) var failures: UInt32 = 0
    private(set) var nextAttempt: MonotonicInstant?
    private(set) var lastFailure: String?
    /// Whether the last failure was the program's own and not, say, a taken port.
    private(set) var isCrash = false

    init(failures: UInt32 = 0) { self.failures = failures }

    /// Counts a failure and sets the next try.
    mutating func failed(
        _ reason: String, _ policy: BackoffPolicy, isCrash: Bool = true, at now: MonotonicInstant
    ) {
        self.isCrash = isCrash
        failures = failures == .max ? .max : failures + 1
        lastFailure = reason
        nextAttempt = now.adding(milliseconds: policy.pauseMilliseconds(afterFailures: failures))
    }

    /// Forgets everything.
    mutating func reset() { self = Backoff() }

    /// Keeps the count and lets the next try come at once.
    mutating func allowNow() { nextAttempt = nil }

    /// When to come back, if it is too early now.
    func waitUntil(_ now: MonotonicInstant) -> MonotonicInstant? {
        guard let nextAttempt, nextAttempt > now else { return nil }
        return nextAttempt
    }
}
