internal import Model

/// When the memory is written: only when it changed, not too often, one write at a time.
struct Persistence: Sendable {
    private var isDirty = false
    private var isWriting = false
    private var notBefore: MonotonicInstant?

    mutating func changed() { isDirty = true }

    /// When a write is due; nil while there is nothing to write.
    func due() -> MonotonicInstant? {
        guard isDirty, !isWriting else { return nil }
        return notBefore ?? MonotonicInstant(milliseconds: 0)
    }

    /// Whether to write now; the caller then writes.
    mutating func begin(at now: MonotonicInstant) -> Bool {
        guard let due = due(), due <= now else { return false }
        isDirty = false
        isWriting = true
        notBefore = now.adding(milliseconds: NodeLimits.persistIntervalMilliseconds)
        return true
    }

    mutating func ended(ok: Bool, at now: MonotonicInstant) {
        isWriting = false
        guard !ok else { return }
        isDirty = true
        notBefore = now.adding(milliseconds: NodeLimits.persistRetryMilliseconds)
    }
}
