internal import Model

/// What the answers of one probe of one run add up to, and when it is asked next.
struct ProbeTrack: Hashable, Sendable {
    enum Verdict: String, Hashable, Sendable {
        /// Not enough is known yet.
        case pending
        case passing
        case failing
    }

    let spec: ProbeSpec
    private(set) var verdict: Verdict
    private(set) var failures = 0
    private(set) var successes = 0
    private(set) var dueAt: MonotonicInstant
    private(set) var isAsking = false
    private(set) var lastResult: String?
    private(set) var lastCheckedAt: Timestamp?
    /// A failure before that moment does not count.
    private var countsFrom: MonotonicInstant

    /// A probe of a run that began then; one that is `trusted` counts as passing until its answers say otherwise.
    init(_ spec: ProbeSpec, since start: MonotonicInstant, isTrusted: Bool) {
        self.spec = spec
        verdict = isTrusted ? .passing : .pending
        dueAt = start
        countsFrom = start.adding(
            milliseconds: max(Int64(spec.startPeriodSeconds) * 1000, isTrusted ? 0 : Self.pause(spec)))
    }

    mutating func asked() { isAsking = true }

    /// Nobody will answer what was asked; it is asked anew.
    mutating func gaveUp() { isAsking = false }

    /// Takes an answer; `phase` from 0 to 127 keeps the probes of a node apart.
    mutating func answered(_ outcome: ProbeOutcome, phase: Int64, at now: Moment) {
        isAsking = false
        switch outcome {
        case .passed(let words):
            note(words, at: now)
            failures = 0
            successes = min(successes + 1, spec.successThreshold)
            if successes >= spec.successThreshold { verdict = .passing }
            dueAt = now.monotonic.adding(milliseconds: interval(phase))
        case .failed(let words):
            note(words, at: now)
            successes = 0
            count(at: now.monotonic)
            let pause = verdict == .pending ? Self.pause(spec) : interval(phase)
            dueAt = now.monotonic.adding(milliseconds: pause)
        case .notAsked:
            dueAt = now.monotonic.adding(milliseconds: Self.pause(spec))
        }
    }

    private mutating func note(_ words: String, at now: Moment) {
        lastResult = words
        lastCheckedAt = now.wall
    }

    /// While the program starts it is asked more often than its interval, but fails no sooner for that.
    private mutating func count(at now: MonotonicInstant) {
        guard now >= countsFrom else { return }
        if verdict == .pending { countsFrom = now.adding(milliseconds: Int64(spec.intervalSeconds) * 1000) }
        failures = min(failures + 1, spec.failureThreshold)
        if failures >= spec.failureThreshold { verdict = .failing }
    }

    private static func pause(_ spec: ProbeSpec) -> Int64 {
        min(Int64(spec.intervalSeconds) * 1000, NodeLimits.probeStartMilliseconds)
    }

    /// The interval, up to a twentieth shorter or longer, always the same for one container.
    private func interval(_ phase: Int64) -> Int64 {
        let interval = Int64(spec.intervalSeconds) * 1000
        return interval - interval / 20 + interval / 10 * (phase & 127) / 128
    }
}
