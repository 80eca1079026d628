public import Model

/// Sums over samples; sums can be added, means cannot.
public struct UsageTotals: Hashable, Sendable {
    /// How many samples.
    public var samples = 0
    /// The sum of their percents of a core.
    public var cpuPercent = 0.0
    /// The sum of their memory, as a floating-point number: a year of samples does not overflow it.
    public var memoryBytes = 0.0
    /// Bytes received.
    public var receivedBytes: UInt64 = 0
    /// Bytes sent.
    public var sentBytes: UInt64 = 0
    /// Bytes read from block devices; nil where no sample tells.
    public var blockReadBytes: UInt64?
    /// Bytes written to block devices; nil where no sample tells.
    public var blockWrittenBytes: UInt64?

    /// Nothing yet.
    public init() {}

    /// Adds a sample whose counters are deltas.
    public mutating func add(_ sample: ResourceSample) {
        samples += 1
        cpuPercent += sample.cpuPercent
        memoryBytes += Double(sample.memoryBytes)
        receivedBytes = receivedBytes.addingUpToMost(sample.networkReceivedBytes)
        sentBytes = sentBytes.addingUpToMost(sample.networkSentBytes)
        blockReadBytes = Self.sum(blockReadBytes, sample.blockReadBytes)
        blockWrittenBytes = Self.sum(blockWrittenBytes, sample.blockWrittenBytes)
    }

    /// Adds what others have counted.
    public mutating func add(_ other: UsageTotals) {
        samples += other.samples
        cpuPercent += other.cpuPercent
        memoryBytes += other.memoryBytes
        receivedBytes = receivedBytes.addingUpToMost(other.receivedBytes)
        sentBytes = sentBytes.addingUpToMost(other.sentBytes)
        blockReadBytes = Self.sum(blockReadBytes, other.blockReadBytes)
        blockWrittenBytes = Self.sum(blockWrittenBytes, other.blockWrittenBytes)
    }

    /// Means and sums for people.
    public var figures: UsageFigures {
        let count = Double(max(1, samples))
        return UsageFigures(
            samples: samples, cpuPercent: (cpuPercent / count * 100).rounded() / 100,
            memoryBytes: UInt64((memoryBytes / count).rounded()), receivedBytes: receivedBytes,
            sentBytes: sentBytes, blockReadBytes: blockReadBytes, blockWrittenBytes: blockWrittenBytes)
    }

    private static func sum(_ left: UInt64?, _ right: UInt64?) -> UInt64? {
        guard let left else { return right }
        return left.addingUpToMost(right ?? 0)
    }
}

extension UInt64 {
    /// A sum that stays within what a database holds.
    fileprivate func addingUpToMost(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? UInt64(Int64.max) : Swift.min(sum, UInt64(Int64.max))
    }
}
