import Model

/// What is known of one replica's use.
struct UsageSeries: Sendable {
    /// The newest sample taken, by its agent's clock: what is not newer was counted.
    private(set) var newest: Timestamp?
    /// The sample from which counters that never begin anew are counted on.
    private var baseline: ResourceSample?
    /// Single samples, oldest first, counters as deltas, times by our clock.
    private(set) var recent: [ResourceSample] = []
    /// Minutes that are not handed out yet.
    private(set) var open: [Int64: UsageTotals] = [:]
    /// Everything since counting began.
    private(set) var total = UsageTotals()
    /// The newest minute that was handed out.
    private(set) var lastMinute: UsageTotals?

    /// Whether a sample is a new one.
    func isNew(_ sample: ResourceSample) -> Bool { newest.map { sample.collectedAt > $0 } ?? true }

    /// An agent's clock that was set back makes everything look old; what its newest report says is believed.
    mutating func clockRead(_ sentAt: Timestamp) {
        guard let newest, newest > sentAt.adding(milliseconds: ClusterLimits.clockToleranceMilliseconds)
        else {
            return
        }
        self.newest = nil
    }

    /// Notes a sample as seen.
    mutating func saw(_ sample: ResourceSample) { newest = sample.collectedAt }

    /// Turns counters that count from the container's start into what came since the sample before.
    ///
    /// Counters that went down began anew with another container, so that all they show is new.
    mutating func delta(_ sample: ResourceSample) -> ResourceSample {
        defer { baseline = sample }
        var delta = sample
        guard let baseline else {
            delta.networkReceivedBytes = 0
            delta.networkSentBytes = 0
            delta.blockReadBytes = sample.blockReadBytes.map { _ in 0 }
            delta.blockWrittenBytes = sample.blockWrittenBytes.map { _ in 0 }
            return delta
        }
        let isAnew =
            sample.networkReceivedBytes < baseline.networkReceivedBytes
            || sample.networkSentBytes < baseline.networkSentBytes
        delta.networkReceivedBytes -= isAnew ? 0 : baseline.networkReceivedBytes
        delta.networkSentBytes -= isAnew ? 0 : baseline.networkSentBytes
        delta.blockReadBytes = Self.difference(sample.blockReadBytes, baseline.blockReadBytes)
        delta.blockWrittenBytes = Self.difference(sample.blockWrittenBytes, baseline.blockWrittenBytes)
        return delta
    }

    private static func difference(_ now: UInt64?, _ before: UInt64?) -> UInt64? {
        guard let now else { return nil }
        // An engine that did not tell before: where it counts from is not known.
        guard let before else { return 0 }
        return now >= before ? now - before : now
    }

    /// Adds a sample whose counters are deltas and whose time is by our clock.
    mutating func count(_ sample: ResourceSample) {
        open[UsageBucket.minute(of: sample.collectedAt), default: UsageTotals()].add(sample)
        total.add(sample)
    }

    mutating func keep(_ sample: ResourceSample) { recent.append(sample) }

    /// Forgets single samples: those before a moment, and the oldest beyond a number.
    ///
    /// - Returns: How many.
    mutating func forget(before moment: Timestamp?, keeping most: Int) -> Int {
        var count = max(0, recent.count - most)
        if let moment {
            while count < recent.count, recent[count].collectedAt < moment { count += 1 }
        }
        recent.removeFirst(count)
        return count
    }

    /// Hands out the minutes before a minute.
    mutating func takeMinutes(before minute: Int64) -> [(minute: Int64, totals: UsageTotals)] {
        let full = open.filter { $0.key < minute }.sorted { $0.key < $1.key }
        for (minute, totals) in full {
            open[minute] = nil
            lastMinute = totals
        }
        return full.map { ($0.key, $0.value) }
    }
}
