public import Model

/// How far the declared generation has come; stored with the declaration.
///
/// What is only needed to decide the next step (who is healthy since when, when the last progress was) is volatile
/// and begins anew with the process.
public struct RolloutState: Codable, Hashable, Sendable {
    /// Where the update stands.
    public enum Phase: String, Codable, Hashable, Sendable, CaseIterable {
        /// Replicas are being taken to the generation.
        case progressing
        /// Every replica runs it and is healthy.
        case complete
        /// It was found broken: no further replica is taken to it.
        case failed
    }

    /// What a generation that goes back restores.
    public struct Rollback: Codable, Hashable, Sendable {
        /// The generation that was left.
        public var from: UInt64
        /// The generation whose declaration was restored.
        public var to: UInt64
        /// Why.
        public var reason: String

        /// Names what was left and what was restored.
        public init(from: UInt64, to: UInt64, reason: String) {
            self.from = from
            self.to = to
            self.reason = reason
        }
    }

    /// Where the update stands.
    public var phase: Phase
    /// Whether an operator holds it: no step is taken and nothing fails.
    public var isPaused: Bool
    /// Since when the phase is what it is.
    public var since: Timestamp
    /// Why it failed.
    public var reason: String?
    /// Set when the generation restores an earlier one; such a one is never rolled back itself.
    public var rollback: Rollback?
    /// The last generation that was complete with running replicas.
    public var lastGood: UInt64?
    /// A remark about the last step that went otherwise than declared.
    public var note: String?

    /// A generation that was just declared.
    public init(
        phase: Phase = .progressing, isPaused: Bool = false, since: Timestamp, reason: String? = nil,
        rollback: Rollback? = nil, lastGood: UInt64? = nil, note: String? = nil
    ) {
        self.phase = phase
        self.isPaused = isPaused
        self.since = since
        self.reason = reason
        self.rollback = rollback
        self.lastGood = lastGood
        self.note = note
    }

    /// Whether steps may be taken.
    public var isMoving: Bool { phase == .progressing && !isPaused }

    /// The state of the next generation.
    func next(since: Timestamp, rollback: Rollback? = nil) -> RolloutState {
        RolloutState(isPaused: isPaused, since: since, rollback: rollback, lastGood: lastGood)
    }
}
