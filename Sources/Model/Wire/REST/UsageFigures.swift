/// What a number of samples comes to.
public struct UsageFigures: Codable, Hashable, Sendable {
    /// How many samples.
    public var samples: Int
    /// The mean of their processor use, in percent of one core.
    public var cpuPercent: Double
    /// The mean of their memory.
    public var memoryBytes: UInt64
    /// Bytes received in all.
    public var receivedBytes: UInt64
    /// Bytes sent in all.
    public var sentBytes: UInt64
    /// Bytes read from block devices in all; nil where no engine tells.
    public var blockReadBytes: UInt64?
    /// Bytes written to block devices in all.
    public var blockWrittenBytes: UInt64?

    /// Puts figures together.
    public init(
        samples: Int, cpuPercent: Double, memoryBytes: UInt64, receivedBytes: UInt64, sentBytes: UInt64,
        blockReadBytes: UInt64? = nil, blockWrittenBytes: UInt64? = nil
    ) {
        self.samples = samples
        self.cpuPercent = cpuPercent
        self.memoryBytes = memoryBytes
        self.receivedBytes = receivedBytes
        self.sentBytes = sentBytes
        self.blockReadBytes = blockReadBytes
        self.blockWrittenBytes = blockWrittenBytes
    }

    private enum CodingKeys: String, CodingKey {
        case samples
        case cpuPercent = "avg_cpu_percent"
        case memoryBytes = "avg_memory_bytes"
        case receivedBytes = "network_rx_bytes"
        case sentBytes = "network_tx_bytes"
        case blockReadBytes = "blk_read_bytes"
        case blockWrittenBytes = "blk_write_bytes"
        case averageReceivedBytes = "avg_network_rx_bytes"
        case averageSentBytes = "avg_network_tx_bytes"
        case averageBlockReadBytes = "avg_blk_read_bytes"
        case averageBlockWrittenBytes = "avg_blk_write_bytes"
    }

    /// Reads the wire form; the means of bytes follow from their sums.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        samples = try keyed.decode(Int.self, forKey: .samples)
        cpuPercent = try keyed.decode(Double.self, forKey: .cpuPercent)
        memoryBytes = try keyed.decode(UInt64.self, forKey: .memoryBytes)
        receivedBytes = try keyed.decode(UInt64.self, forKey: .receivedBytes)
        sentBytes = try keyed.decode(UInt64.self, forKey: .sentBytes)
        blockReadBytes = try keyed.decodeIfPresent(UInt64.self, forKey: .blockReadBytes)
        blockWrittenBytes = try keyed.decodeIfPresent(UInt64.self, forKey: .blockWrittenBytes)
    }

    /// Writes sums, and means of a sample under the names that readers of other versions know.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(samples, forKey: .samples)
        try keyed.encode(cpuPercent, forKey: .cpuPercent)
        try keyed.encode(memoryBytes, forKey: .memoryBytes)
        try keyed.encode(receivedBytes, forKey: .receivedBytes)
        try keyed.encode(sentBytes, forKey: .sentBytes)
        try keyed.encodeIfPresent(blockReadBytes, forKey: .blockReadBytes)
        try keyed.encodeIfPresent(blockWrittenBytes, forKey: .blockWrittenBytes)
        let count = UInt64(max(1, samples))
        try keyed.encode(receivedBytes / count, forKey: .averageReceivedBytes)
        try keyed.encode(sentBytes / count, forKey: .averageSentBytes)
        try keyed.encodeIfPresent(blockReadBytes.map { $0 / count }, forKey: .averageBlockReadBytes)
        try keyed.encodeIfPresent(blockWrittenBytes.map { $0 / count }, forKey: .averageBlockWrittenBytes)
    }
}
