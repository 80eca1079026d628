/// What one container used, measured once.
public struct ResourceSample: Codable, Hashable, Sendable {
    /// When, by the agent's clock.
    public var collectedAt: Timestamp
    /// Percent of one core; 200 is two cores busy.
    public var cpuPercent: Double
    /// Memory in use without what the kernel may drop.
    public var memoryBytes: UInt64
    /// Bytes received; since the sample before, or since the container's start when the report counts so.
    public var networkReceivedBytes: UInt64
    /// Bytes sent, counted alike.
    public var networkSentBytes: UInt64
    /// Bytes read from block devices, counted alike; nil where the engine does not tell.
    public var blockReadBytes: UInt64?
    /// Bytes written to block devices, counted alike.
    public var blockWrittenBytes: UInt64?

    /// Puts a sample together.
    public init(
        collectedAt: Timestamp, cpuPercent: Double, memoryBytes: UInt64, networkReceivedBytes: UInt64 = 0,
        networkSentBytes: UInt64 = 0, blockReadBytes: UInt64? = nil, blockWrittenBytes: UInt64? = nil
    ) {
        self.collectedAt = collectedAt
        self.cpuPercent = cpuPercent
        self.memoryBytes = memoryBytes
        self.networkReceivedBytes = networkReceivedBytes
        self.networkSentBytes = networkSentBytes
        self.blockReadBytes = blockReadBytes
        self.blockWrittenBytes = blockWrittenBytes
    }

    /// Whether its numbers can be true.
    public var isPlausible: Bool {
        let most = UInt64(Int64.max)
        return cpuPercent.isFinite && cpuPercent >= 0 && memoryBytes <= most && networkReceivedBytes <= most
            && networkSentBytes <= most && blockReadBytes ?? 0 <= most && blockWrittenBytes ?? 0 <= most
    }

    private enum CodingKeys: String, CodingKey {
        case collectedAt = "collected_at"
        case cpuPercent = "cpu_percent"
        case memoryBytes = "memory_bytes"
        case networkReceivedBytes = "network_rx_bytes"
        case networkSentBytes = "network_tx_bytes"
        case blockReadBytes = "blk_read_bytes"
        case blockWrittenBytes = "blk_write_bytes"
    }
}
