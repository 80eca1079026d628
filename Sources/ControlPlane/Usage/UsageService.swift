import ClusterCore
import EventLoop
import Model
import SQLite

/// Counts what replicas use: takes samples from reports, stores whole minutes, takes old ones away.
@LoopActor
final class UsageService {
    private(set) var ledger: UsageLedger
    let host: ClusterHost
    private let settings: UsageSettings
    private let metrics: UsageMetrics
    /// The day on which a replica was last named to the database.
    private var declared: [UsageKey: Int64] = [:]
    private var lossesAtDeclaration = 0
    /// Minutes that left the ledger and are not yet handed to the database.
    var unsent: [UsageBucket] = []
    /// The number of the last submission to the database.
    var lastSubmission: UInt64 = 0
    /// Reads that wait until no minute moves, those that run meanwhile, and whether the store waits for them.
    var waitingReads = 0
    var runningReads = 0
    var wantsToSubmit = false
    let gate = Gate()

    init(host: ClusterHost, settings: UsageSettings, metrics: UsageMetrics) {
        self.host = host
        self.settings = settings
        self.metrics = metrics
        ledger = UsageLedger(
            bounds: UsageBounds(
                sampleMilliseconds: settings.sampleSecs * 1000,
                historyMilliseconds: settings.windowSecs * 1000, startedAt: host.clock.now().wall))
        metrics.onCollect = { [unowned self] in metrics.show(ledger, host.cluster) }
    }

    /// How far back single samples and minutes are kept, in seconds.
    var sampleSecs: Int64 { settings.sampleSecs }
    var windowSecs: Int64 { settings.windowSecs }

    /// Counts the samples of a report the core has taken.
    func take(_ samples: ReportedSamples, from id: NodeID, sentAt: Timestamp?) {
        guard !samples.isEmpty else { return }
        metrics.dropped(samples.unreadable, .unreadable)
        let placed = host.cluster.usageKeys(on: id)
        let now = host.clock.now().wall
        var room = settings.samplesPerReport == 0 ? Int.max : settings.samplesPerReport
        for (replica, reported) in samples.byReplica.sorted(by: { $0.key < $1.key }) {
            let key = UsageKey(replica: replica, nodeID: id)
            guard placed.contains(key) else {
                metrics.dropped(reported.count, .notPlaced)
                continue
            }
            let kept = newest(reported, room)
            metrics.dropped(reported.count - kept.count, .limit)
            room -= kept.count
            metrics.took(
                ledger.take(
                    kept, of: key, countersAreDeltas: samples.countersAreDeltas, sentAt: sentAt, now: now))
        }
    }

    /// Those of a replica's samples that one report may carry.
    private func newest(_ samples: [ResourceSample], _ room: Int) -> [ResourceSample] {
        let most = settings.samplesPerReplica == 0 ? room : min(room, settings.samplesPerReplica)
        guard samples.count > most else { return samples }
        return Array(samples.sorted { $0.collectedAt < $1.collectedAt }.suffix(max(0, most)))
    }

    /// What some replicas used lately; nil without samples.
    func summary(of keys: Set<UsageKey>) -> UsageSummary? {
        guard !keys.isEmpty else { return nil }
        return ledger.summary(
            of: keys, milliseconds: ControlPlaneLimits.usageSummaryMilliseconds, now: host.clock.now().wall)
    }

    // MARK: Storing

    /// Stores the minutes that ended a while ago, every minute; cleans up as often as it is set.
    func run() async throws {
        async let cleaning: Void = cleanRegularly()
        while true {
            try await LoopActor.sleep(milliseconds: UsageBucket.milliseconds)
            try await storeMinutes()
        }
        try await cleaning
    }

    /// The first round comes a while after the start, which has enough to do.
    func cleanRegularly(
        pause: @LoopActor (_ milliseconds: Int64) async throws -> Void = {
            try await LoopActor.sleep(milliseconds: $0)
        }
    ) async throws {
        let first = ControlPlaneLimits.firstCleanupMilliseconds
        try await pause(min(first, settings.cleanupSecs * 1000))
        while true {
            try await cleanUp()
            try await pause(settings.cleanupSecs * 1000)
        }
    }

    /// Stores what ended long enough ago that most of its samples have come; later ones are added.
    func storeMinutes() async throws {
        let now = host.clock.now().wall
        let moment = now.adding(milliseconds: -ControlPlaneLimits.usageGraceMilliseconds)
        if host.storageFailure == nil {
            unsent += ledger.takeMinutes(endedBefore: moment)
            try await storeUnsent()
        } else {
            // While nothing can be written the minutes wait, but not for ever.
            let waiting = Int64(ControlPlaneLimits.waitingUsageMinutes) * UsageBucket.milliseconds
            let lost = ledger.takeMinutes(endedBefore: now.adding(milliseconds: -waiting))
            metrics.dropped(lost.reduce(0) { $0 + $1.totals.samples }, .storage)
        }
        tidy(now)
    }

    /// Queues everything that is not stored yet; on the way out.
    func storeEverything() {
        submit(unsent + ledger.takeAllMinutes())
        unsent = []
    }

    /// In slices: a large fleet's minute is not one long transaction that decisions wait behind.
    ///
    /// What cannot go now stays in sight of reads and is tried again with the next minute.
    private func storeUnsent() async throws {
        while !unsent.isEmpty {
            guard try await betweenReads({ submitSlice() }) else { return }
            if !unsent.isEmpty {
                try await LoopActor.sleep(milliseconds: ControlPlaneLimits.usageSliceMilliseconds)
            }
        }
    }

    private func submitSlice() {
        submit(unsent.prefix(ControlPlaneLimits.usageRowsPerTransaction))
        unsent.removeFirst(min(unsent.count, ControlPlaneLimits.usageRowsPerTransaction))
    }

    private func submit(_ minutes: some Collection<UsageBucket>) {
        guard !minutes.isEmpty else { return }
        forgetLostDeclarations()
        var statements = minutes.compactMap { bucket in
            declare(bucket.key, day: bucket.minute / ControlPlaneLimits.minutesPerDay)
        }
        statements += minutes.map(UsageRecords.add)
        lastSubmission = host.store.worker.submitTelemetry(statements)
    }

    private func declare(_ key: UsageKey, day: Int64) -> RowStatement? {
        guard declared[key] ?? .min < day else { return nil }
        declared[key] = day
        return UsageRecords.declare(key, day: day)
    }

    /// What was dropped may have been a declaration: they are all made again.
    private func forgetLostDeclarations() {
        let counters = host.store.worker.counters
        let losses = counters.droppedTelemetry + counters.failures
        if losses != lossesAtDeclaration { declared = [:] }
        lossesAtDeclaration = losses
    }

    // MARK: Cleaning up

    /// Takes away minutes that are older than the window, a few at a time.
    func cleanUp() async throws {
        tidy(host.clock.now().wall)
        guard settings.windowSecs > 0, host.storageFailure == nil else { return }
        let oldest = host.clock.now().wall.adding(milliseconds: -settings.windowSecs * 1000)
        let minute = UsageBucket.minute(of: oldest)
        do {
            while try await prune(before: minute) > 0 {
                try await LoopActor.sleep(milliseconds: ControlPlaneLimits.cleanupSliceMilliseconds)
            }
        } catch is SQLiteFailure {
            // The store's own recovery tells of it; the next round tries again.
        }
    }

    private func prune(before minute: Int64) async throws -> Int {
        let day = minute / ControlPlaneLimits.minutesPerDay
        return try await host.store.worker.perform { connection in
            try connection.transaction {
                let count = try UsageRecords.prune(before: minute, on: connection)
                if count == 0 { try UsageRecords.pruneSeries(before: day, on: connection) }
                return count
            }
        }
    }

    private func tidy(_ now: Timestamp) {
        let cluster = host.cluster
        var placed: [NodeID: Set<UsageKey>] = [:]
        ledger.tidy(now: now) { key in
            if placed[key.nodeID] == nil { placed[key.nodeID] = cluster.usageKeys(on: key.nodeID) }
            return placed[key.nodeID]?.contains(key) ?? false
        }
        if declared.count > 2 * ledger.seriesCount { declared = [:] }
    }
}
