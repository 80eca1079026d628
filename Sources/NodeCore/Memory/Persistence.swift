internal import Model

/// When the memory is written: only when it changed, not too often, one write at a time.
struct Persistence: Sendable {
    /// Whether something changed since the last write began.
    private(set) var isDirty = false
    /// Why the last write failed; nil when it worked.
    private(set) var failure: String?
    private var isWriting = false
    private var isUrgent = false
    private var notBefore: MonotonicInstant?
    private var retryAt: MonotonicInstant?

    mutating func changed() { isDirty = true }

    /// A step waits for this change: the pause between two writes is left out, the one after a failure is not.
    mutating func changedUrgently() {
        isDirty = true
        isUrgent = true
    }

    /// When a write is due; nil while there is nothing to write.
    func due() -> MonotonicInstant? {
        guard isDirty, !isWriting else { return nil }
        let start = MonotonicInstant(milliseconds: 0)
        return max(retryAt ?? start, isUrgent ? start : notBefore ?? start)
    }

    /// Whether to write now; the caller then writes.
    mutating func begin(at now: MonotonicInstant) -> Bool {
        guard let due = due(), due <= now else { return false }
        isDirty = false
        isUrgent = false
        isWriting = true
        notBefore = now.adding(milliseconds: NodeLimits.persistIntervalMilliseconds)
        return true
    }

    mutating func ended(failure: String?, at now: MonotonicInstant) {
        isWriting = false
        self.failure = failure
        retryAt = nil
        guard failure != nil else { return }
        isDirty = true
        retryAt = now.adding(milliseconds: NodeLimits.persistRetryMilliseconds)
    }
}
