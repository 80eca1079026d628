public import Model

/// Counts what replicas use: single samples of the last minutes, and sums of whole minutes for history.
///
/// Every sample is counted once: a replica's newest one is remembered, and what is not newer was counted before.
public struct UsageLedger: Sendable {
    /// What is kept.
    public let bounds: UsageBounds
    /// Single samples kept in all.
    public private(set) var sampleCount = 0
    private var series: [UsageKey: UsageSeries] = [:]

    /// Nothing counted yet.
    public init(bounds: UsageBounds) { self.bounds = bounds }

    /// Takes the samples of one replica from a report.
    ///
    /// - Parameters:
    ///   - samples: As reported, in any order.
    ///   - key: The replica.
    ///   - countersAreDeltas: Whether counters tell what came since the sample before.
    ///   - sentAt: When the report was written, by the agent's clock, which may be wrong.
    ///   - now: When it arrived.
    /// - Returns: How many samples were taken, and how many were not, by reason.
    public mutating func take(
        _ samples: [ResourceSample], of key: UsageKey, countersAreDeltas: Bool, sentAt: Timestamp?,
        now: Timestamp
    ) -> UsageIntake {
        var intake = UsageIntake()
        guard series[key] != nil || series.count < bounds.series else {
            intake.beyondSeries = samples.count
            return intake
        }
        var one = series[key] ?? UsageSeries()
        if let sentAt { one.clockRead(sentAt) }
        let shift = Self.shift(sentAt, now)
        for sample in samples.sorted(by: { $0.collectedAt < $1.collectedAt }) {
            guard one.isNew(sample) else {
                intake.repeated += 1
                continue
            }
            one.saw(sample)
            var counted = countersAreDeltas ? sample : one.delta(sample)
            counted.collectedAt = min(now, sample.collectedAt.adding(milliseconds: shift))
            guard isCounted(counted.collectedAt, countersAreDeltas, now) else {
                intake.old += 1
                continue
            }
            one.count(counted)
            intake.accepted += 1
            keep(counted, in: &one, now)
        }
        series[key] = one
        return intake
    }

    /// Removes and returns the minutes that ended before a moment, oldest first.
    public mutating func takeMinutes(endedBefore moment: Timestamp) -> [UsageBucket] {
        takeMinutes(before: UsageBucket.minute(of: moment))
    }

    /// Removes and returns every minute, also the one that is going on.
    public mutating func takeAllMinutes() -> [UsageBucket] { takeMinutes(before: .max) }

    /// Forgets replicas that are gone, and single samples that are too old.
    ///
    /// A replica whose minutes are not handed out yet stays until they are.
    public mutating func tidy(now: Timestamp, keeping isPlaced: (UsageKey) -> Bool) {
        let oldest = oldestSample(now)
        for key in series.keys {
            if series[key]?.open.isEmpty == true, !isPlaced(key) {
                sampleCount -= series[key]?.recent.count ?? 0
                series[key] = nil
            } else {
                sampleCount -=
                    series[key]?.forget(before: oldest, keeping: bounds.samplesPerSeries) ?? 0
            }
        }
    }

    // MARK: What is known

    /// The replicas that are followed, in their order.
    public var keys: [UsageKey] { series.keys.sorted() }

    /// How many replicas are followed.
    public var seriesCount: Int { series.count }

    /// Single samples of a replica, oldest first, counters as deltas.
    public func samples(of key: UsageKey, now: Timestamp) -> [ResourceSample] {
        let oldest = oldestSample(now)
        return (series[key]?.recent ?? []).filter { sample in oldest.map { sample.collectedAt >= $0 } ?? true
        }
    }

    /// The newest sample of a replica.
    public func newest(of key: UsageKey) -> ResourceSample? { series[key]?.recent.last }

    /// Everything a replica used since counting began.
    public func total(of key: UsageKey) -> UsageTotals? { series[key]?.total }

    /// What a replica used in the newest minute that was handed out.
    public func lastMinute(of key: UsageKey) -> UsageTotals? { series[key]?.lastMinute }

    /// The minutes that are not handed out yet, of the replicas that are picked.
    public func openMinutes(where picks: (UsageKey) -> Bool) -> [UsageBucket] {
        series.filter { picks($0.key) }.flatMap { key, one in
            one.open.map { UsageBucket(key: key, minute: $0.key, totals: $0.value) }
        }
    }

    /// What some replicas used within the last so many milliseconds; nil when there is no sample of it.
    public func summary(
        of keys: some Sequence<UsageKey>, milliseconds: Int64, now: Timestamp
    ) -> UsageSummary? {
        let window =
            bounds.sampleMilliseconds == 0 ? milliseconds : min(milliseconds, bounds.sampleMilliseconds)
        let start = now.adding(milliseconds: -window)
        var totals = UsageTotals()
        for key in keys {
            for sample in series[key]?.recent.reversed() ?? [] {
                guard sample.collectedAt >= start else { break }
                totals.add(sample)
            }
        }
        guard totals.samples > 0 else { return nil }
        return UsageSummary(windowStart: start, windowEnd: now, figures: totals.figures)
    }

    // MARK: Rules

    /// Milliseconds between the agent's clock and ours, when they differ by more than a report may take.
    private static func shift(_ sentAt: Timestamp?, _ now: Timestamp) -> Int64 {
        guard let sentAt else { return 0 }
        let difference = now.milliseconds - sentAt.milliseconds
        return abs(difference) > ClusterLimits.clockToleranceMilliseconds ? difference : 0
    }

    /// Whether a sample still counts; what an agent repeats from before our start may be counted already.
    private func isCounted(_ time: Timestamp, _ isTold: Bool, _ now: Timestamp) -> Bool {
        guard isTold || time >= bounds.startedAt else { return false }
        guard bounds.historyMilliseconds > 0 else { return true }
        return time >= now.adding(milliseconds: -bounds.historyMilliseconds)
    }

    private func oldestSample(_ now: Timestamp) -> Timestamp? {
        bounds.sampleMilliseconds == 0 ? nil : now.adding(milliseconds: -bounds.sampleMilliseconds)
    }

    /// Keeps a single sample when there is room; the oldest of its replica make room first.
    private mutating func keep(_ sample: ResourceSample, in one: inout UsageSeries, _ now: Timestamp) {
        let most = sampleCount < bounds.samples ? bounds.samplesPerSeries : max(1, one.recent.count)
        one.keep(sample)
        sampleCount += 1 - one.forget(before: oldestSample(now), keeping: most)
    }

    private mutating func takeMinutes(before minute: Int64) -> [UsageBucket] {
        var buckets: [UsageBucket] = []
        for key in series.keys {
            for (minute, totals) in series[key]?.takeMinutes(before: minute) ?? [] {
                buckets.append(UsageBucket(key: key, minute: minute, totals: totals))
            }
        }
        return buckets.sorted { ($0.minute, $0.key) < ($1.minute, $1.key) }
    }
}
