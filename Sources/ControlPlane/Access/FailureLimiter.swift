import Model

/// Counts the wrong credentials of each address in windows of a minute.
///
/// Only a request whose credential was wrong is ever counted or held back: a good one passes whatever its address
/// did before. Bounded: beyond so many addresses all further ones share one count.
struct FailureLimiter {
    /// What is left of a window that is used up.
    struct Excess: Equatable {
        let limit: Int
        let secondsLeft: Int64
    }

    private let limit: Int
    private var counts: [String: Int] = [:]
    private var shared = 0
    private var windowEnd = Int64.min

    /// Allows so many a minute; 0 allows any number.
    init(perMinute limit: Int) { self.limit = limit }

    /// Counts one, and tells when there were too many.
    mutating func failed(_ address: String, now: MonotonicInstant) -> Excess? {
        guard limit > 0 else { return nil }
        if now.milliseconds >= windowEnd {
            counts.removeAll(keepingCapacity: true)
            shared = 0
            windowEnd = now.milliseconds + 60_000
        }
        guard count(address) > limit else { return nil }
        return Excess(limit: limit, secondsLeft: max(1, (windowEnd - now.milliseconds + 999) / 1000))
    }

    private mutating func count(_ address: String) -> Int {
        if counts[address] != nil || counts.count < ControlPlaneLimits.countedAddresses {
            counts[address, default: 0] += 1
            return counts[address] ?? 0
        }
        shared += 1
        return shared
    }
}
