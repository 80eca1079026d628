internal import Model

/// The probes of one run of a container and what they say together.
struct ContainerHealth: Hashable, Sendable {
    let spec: HealthSpec
    /// Tells runs of a container apart.
    let run: UInt64
    private(set) var startup: ProbeTrack?
    private(set) var readiness: ProbeTrack?
    private(set) var liveness: ProbeTrack?
    /// Since when all that is asked of it passes.
    private(set) var readySince: MonotonicInstant?

    /// `isTrusted`: it proved itself before this agent began; its first questions may wait a moment.
    init(
        _ spec: HealthSpec, run: UInt64, since start: MonotonicInstant, isTrusted: Bool,
        delayMilliseconds: Int64 = 0
    ) {
        let first = start.adding(milliseconds: isTrusted ? delayMilliseconds : 0)
        self.spec = spec
        self.run = run
        func track(_ probe: ProbeSpec?) -> ProbeTrack? {
            probe.map { ProbeTrack($0, since: first, isTrusted: isTrusted) }
        }
        startup = track(spec.startup)
        readiness = track(spec.readiness)
        liveness = track(spec.liveness)
        readySince = isReady ? start : nil
    }

    var isReady: Bool {
        [startup, readiness, liveness].allSatisfy { $0.map { $0.verdict == .passing } ?? true }
    }

    subscript(kind: ProbeKind) -> ProbeTrack? {
        get {
            switch kind {
            case .startup: startup
            case .readiness: readiness
            case .liveness: liveness
            }
        }
        set {
            switch kind {
            case .startup: startup = newValue
            case .readiness: readiness = newValue
            case .liveness: liveness = newValue
            }
        }
    }

    /// The probes that are asked now: until the program has started only whether it has.
    var active: [ProbeKind] {
        if let startup, startup.verdict != .passing { return [.startup] }
        return [.readiness, .liveness].filter { self[$0] != nil }
    }

    /// When the next question is due; nil while all are under way.
    var nextDue: MonotonicInstant? {
        active.compactMap { self[$0] }.filter { !$0.isAsking }.map(\.dueAt).min()
    }

    mutating func answered(_ kind: ProbeKind, _ outcome: ProbeOutcome, phase: Int64, at now: Moment) {
        self[kind]?.answered(outcome, phase: phase, at: now)
        readySince = isReady ? readySince ?? now.monotonic : nil
    }

    /// Docker is away: what was asked is given up, and nothing is concluded from that.
    mutating func gaveUp() {
        for kind in ProbeKind.allCases { self[kind]?.gaveUp() }
    }

    /// The probe whose failure means that the container must be started anew.
    var fatal: ProbeKind? {
        [.startup, .liveness].first { self[$0]?.verdict == .failing }
    }

    /// The probe that keeps it from being ready: a failing one before one that is not known yet.
    var blocking: ProbeKind? {
        let open = ProbeKind.allCases.filter { self[$0].map { $0.verdict != .passing } ?? false }
        return open.first { self[$0]?.verdict == .failing } ?? open.first
    }

    /// Why it is not ready, in words; nil when it is.
    var complaint: String? { blocking.map { words(of: $0) } }

    /// What a probe has come to, in words.
    func words(of kind: ProbeKind) -> String {
        guard let track = self[kind] else { return "there is no \(kind.rawValue) probe" }
        switch track.verdict {
        case .passing: return "the \(kind.rawValue) probe passes"
        case .pending:
            guard let result = track.lastResult else {
                return "the \(kind.rawValue) probe has not answered yet"
            }
            return "the \(kind.rawValue) probe has not passed yet: \(result)"
        case .failing:
            let times = track.failures > 1 ? " \(track.failures) times in a row" : ""
            return "the \(kind.rawValue) probe failed\(times): \(track.lastResult ?? "no answer")"
        }
    }
}
