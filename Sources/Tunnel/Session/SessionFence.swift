/// Decides which session of a node counts, so that a late one never takes the place of a newer one.
public struct SessionFence: Sendable {
    /// What becomes of a session that asks to be let in.
    public enum Verdict: Sendable, Equatable {
        /// It counts from now on; the one before does not.
        case admitted
        /// The same life of the agent has opened a newer one already.
        case stale
        /// Two agents fight over this identity; the one that came last has to go.
        case duplicate
    }

    /// Returns of a boot id that had been replaced, within `windowMilliseconds`, that make a fight.
    public static let alternations = 3
    /// How long a return is remembered.
    public static let windowMilliseconds: Int64 = 600_000
    /// Boot ids that are remembered.
    public static let boots = 8

    private var boot: String?
    private var session: UInt64 = 0
    private var former: [String] = []
    private var returns: [Int64] = []

    /// A node that has had no session.
    public init() {}

    /// Whether somebody was sent away since the last return was forgotten.
    private var wasContested = false

    /// Whether two agents fight over this identity: as long as a return is remembered, whether or not anybody asks again.
    public func isContested(atMilliseconds now: Int64) -> Bool {
        wasContested && returns.contains { now - $0 <= Self.windowMilliseconds }
    }

    /// Judges a session.
    public mutating func judge(boot: String, session: UInt64, atMilliseconds now: Int64) -> Verdict {
        returns.removeAll { now - $0 > Self.windowMilliseconds }
        if returns.isEmpty { wasContested = false }
        if boot == self.boot {
            guard session > self.session else { return .stale }
            self.session = session
            return .admitted
        }
        if former.contains(boot) {
            if returns.count >= Self.alternations {
                wasContested = true
                return .duplicate
            }
            returns.append(now)
            former.removeAll { $0 == boot }
        }
        if let old = self.boot {
            former.append(old)
            if former.count > Self.boots { former.removeFirst() }
        }
        self.boot = boot
        self.session = session
        return .admitted
    }
}
