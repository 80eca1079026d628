import Model

/// One replica's readings, and the samples of it that were not told yet.
struct SampleTrack: Sendable {
    var target: SampleTarget
    /// When it is to be read next; nil when it does not run any more.
    var due: MonotonicInstant?
    var failures: UInt32 = 0
    private(set) var before: ContainerReading?
    /// Samples that wait, oldest first, each with its number.
    private(set) var waiting: [(number: UInt64, sample: ResourceSample)] = []
    private var made: UInt64 = 0
    private(set) var newest: ResourceSample?

    init(_ target: SampleTarget, due: MonotonicInstant) {
        self.target = target
        self.due = due
    }

    /// Another container serves: its counters have nothing to do with those of the one before.
    mutating func replaced(by target: SampleTarget, due: MonotonicInstant) {
        self.target = target
        self.due = due
        before = nil
        failures = 0
    }

    /// It does not run any more.
    mutating func ended() {
        due = nil
        before = nil
        newest = nil
    }

    /// Takes a reading; two of them are a sample.
    ///
    /// - Returns: How many samples were dropped for want of room.
    mutating func took(_ reading: ContainerReading, at time: Timestamp, window: Int) -> Int {
        defer { before = reading }
        guard let before else { return 0 }
        let sample = Self.sample(from: before, to: reading, at: time)
        newest = sample
        made += 1
        waiting.append((made, sample))
        let excess = max(0, waiting.count - max(1, window))
        waiting.removeFirst(excess)
        return excess
    }

    /// Forgets what was told.
    mutating func told(through number: UInt64) { waiting.removeAll { $0.number <= number } }

    private static func sample(
        from before: ContainerReading, to now: ContainerReading, at time: Timestamp
    ) -> ResourceSample {
        ResourceSample(
            collectedAt: time, cpuPercent: percent(from: before, to: now), memoryBytes: now.memoryBytes,
            networkReceivedBytes: delta(before.receivedBytes, now.receivedBytes),
            networkSentBytes: delta(before.sentBytes, now.sentBytes),
            blockReadBytes: optionalDelta(before.blockReadBytes, now.blockReadBytes),
            blockWrittenBytes: optionalDelta(before.blockWrittenBytes, now.blockWrittenBytes))
    }

    /// Percent of one core, from processor time alone: clocks that jump do not matter.
    private static func percent(from before: ContainerReading, to now: ContainerReading) -> Double {
        guard now.systemNanoseconds > before.systemNanoseconds else { return 0 }
        let used = Double(delta(before.processorNanoseconds, now.processorNanoseconds))
        let passed = Double(now.systemNanoseconds - before.systemNanoseconds)
        let processors = Double(max(1, now.processors))
        let percent = min(used / passed * processors, processors) * 100
        return (percent * 100).rounded() / 100
    }

    /// Counters that went down began anew: the container was started again.
    private static func delta(_ before: UInt64, _ now: UInt64) -> UInt64 {
        now >= before ? now - before : now
    }

    private static func optionalDelta(_ before: UInt64?, _ now: UInt64?) -> UInt64? {
        guard let now else { return nil }
        return before.map { delta($0, now) } ?? 0
    }
}
