/// Limits set on the container and subtracted from the node by the scheduler.
public struct Resources: Codable, Hashable, Sendable {
    /// Thousandths of a core; nil is unlimited.
    public var cpuMillis: Int64?
    /// Bytes of memory; nil is unlimited.
    public var memoryBytes: Int64?
    /// Processes and threads; nil is unlimited.
    public var pids: Int64?

    /// Sets the limits.
    public init(cpuMillis: Int64? = nil, memoryBytes: Int64? = nil, pids: Int64? = nil) {
        self.cpuMillis = cpuMillis
        self.memoryBytes = memoryBytes
        self.pids = pids
    }

    private enum CodingKeys: String, CodingKey {
        case pids
        case cpuMillis = "cpu_millis"
        case memoryBytes = "memory_bytes"
    }
}
