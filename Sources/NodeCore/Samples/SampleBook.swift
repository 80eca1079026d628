public import Model

/// Decides when which container is read, makes samples of readings, and keeps them until they are told.
///
/// Every sample is told once: it waits until the report that carried it is acknowledged.
public struct SampleBook: Sendable {
    /// What the operator decided.
    public let settings: SampleSettings
    /// Samples that were dropped because nobody took them.
    public private(set) var droppedSamples = 0
    private var tracks: [AssignmentID: SampleTrack] = [:]
    /// What the newest report carries.
    private var carried: (sequence: UInt64, through: [AssignmentID: UInt64])?

    /// Nothing measured yet.
    public init(_ settings: SampleSettings) { self.settings = settings }

    // MARK: What is measured

    /// Whether anything is to be read.
    public var hasTargets: Bool { nextDue != nil }

    /// When the next container is to be read; nil while none runs.
    public var nextDue: MonotonicInstant? { tracks.values.lazy.compactMap(\.due).min() }

    /// These containers run now.
    ///
    /// A new one is read at once: its first sample needs two readings.
    public mutating func targetsChanged(_ targets: [SampleTarget], at now: MonotonicInstant) {
        guard settings.samplesPerReport > 0 else { return }
        var gone = Set(tracks.keys)
        for target in targets {
            gone.remove(target.assignmentID)
            guard let known = tracks[target.assignmentID] else {
                if tracks.count < NodeLimits.sampledReplicas {
                    tracks[target.assignmentID] = SampleTrack(target, due: now)
                }
                continue
            }
            if known.target != target || known.due == nil {
                tracks[target.assignmentID]?.replaced(by: target, due: now)
            }
        }
        for id in gone {
            tracks[id]?.ended()
            if tracks[id]?.waiting.isEmpty == true { tracks[id] = nil }
        }
    }

    /// The containers to be read now, the one that waits for longest first.
    public func due(at now: MonotonicInstant) -> [SampleTarget] {
        tracks.values.compactMap { track in track.due.map { (due: $0, target: track.target) } }
            .filter { $0.due <= now }
            .sorted { ($0.due, $0.target.assignmentID) < ($1.due, $1.target.assignmentID) }
            .map(\.target)
    }

    /// A container was read; an answer about one that was replaced meanwhile is dropped.
    public mutating func readingArrived(
        _ reading: ContainerReading, of target: SampleTarget, at now: Moment
    ) {
        guard tracks[target.assignmentID]?.target == target, let due = tracks[target.assignmentID]?.due
        else { return }
        tracks[target.assignmentID]?.failures = 0
        let next = nextRound(after: due, now.monotonic)
        tracks[target.assignmentID]?.due = next
        let window = settings.window
        let dropped = tracks[target.assignmentID]?.took(reading, at: now.wall, window: window) ?? 0
        droppedSamples += dropped
        makeRoom()
    }

    /// A container could not be read; it is tried again after a pause.
    public mutating func readingFailed(of target: SampleTarget, at now: MonotonicInstant) {
        guard let track = tracks[target.assignmentID], track.target == target, track.due != nil else {
            return
        }
        let doublings = min(track.failures, 20)
        let pause = min(settings.backoffMilliseconds << Int64(doublings), settings.backoffMaxMilliseconds)
        tracks[target.assignmentID]?.failures = track.failures + 1
        tracks[target.assignmentID]?.due = now.adding(milliseconds: pause)
    }

    // MARK: What is told

    /// What a report may carry: the replicas whose samples wait for longest first, each its oldest ones.
    public mutating func samples(for sequence: UInt64) -> ReportedSamples {
        var room = settings.samplesPerReport
        var taken: [AssignmentID: Int] = [:]
        let waiting = tracks.filter { !$0.value.waiting.isEmpty }.keys.sorted { isOlder($0, $1) }
        var round = 0
        while room > 0, round < NodeLimits.samplesPerReplica {
            let before = room
            for id in waiting where room > 0 {
                guard round < tracks[id]?.waiting.count ?? 0 else { continue }
                taken[id] = round + 1
                room -= 1
            }
            guard room < before else { break }
            round += 1
        }
        return carry(taken, in: sequence)
    }

    /// A report arrived: what it carried is forgotten.
    public mutating func acknowledged(_ sequence: UInt64) {
        guard let carried, carried.sequence == sequence else { return }
        for (id, number) in carried.through {
            tracks[id]?.told(through: number)
            if tracks[id]?.due == nil, tracks[id]?.waiting.isEmpty == true { tracks[id] = nil }
        }
        self.carried = nil
    }

    /// The newest sample of every container that runs.
    public var newest: [(target: SampleTarget, sample: ResourceSample)] {
        tracks.values.compactMap { track in track.newest.map { (track.target, $0) } }
    }

    /// Samples that wait to be told.
    public var waitingSamples: Int { tracks.values.reduce(0) { $0 + $1.waiting.count } }

    private mutating func carry(_ taken: [AssignmentID: Int], in sequence: UInt64) -> ReportedSamples {
        var result = ReportedSamples(countersAreDeltas: true)
        var through: [AssignmentID: UInt64] = [:]
        for (id, count) in taken {
            guard let track = tracks[id] else { continue }
            let part = track.waiting.prefix(count)
            through[id] = part.last?.number
            result.byReplica[track.target.replica, default: []] += part.map(\.sample)
        }
        carried = (sequence, through)
        return result
    }

    private func isOlder(_ left: AssignmentID, _ right: AssignmentID) -> Bool {
        let first = tracks[left]?.waiting.first?.sample.collectedAt ?? Timestamp(milliseconds: 0)
        let second = tracks[right]?.waiting.first?.sample.collectedAt ?? Timestamp(milliseconds: 0)
        return (first, left) < (second, right)
    }

    /// In step with the rounds before; after a long delay a new row of rounds begins.
    private func nextRound(after due: MonotonicInstant, _ now: MonotonicInstant) -> MonotonicInstant {
        let next = due.adding(milliseconds: settings.intervalMilliseconds)
        return next > now ? next : now.adding(milliseconds: settings.intervalMilliseconds)
    }

    /// Beyond the bound in all, the replica with the most samples loses its oldest one.
    private mutating func makeRoom() {
        guard waitingSamples > NodeLimits.waitingSamples,
            let fullest = tracks.max(by: { $0.value.waiting.count < $1.value.waiting.count }),
            let oldest = fullest.value.waiting.first
        else { return }
        tracks[fullest.key]?.told(through: oldest.number)
        droppedSamples += 1
    }
}
