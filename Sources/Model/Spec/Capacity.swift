/// What a node has, or what a constraint asks a node to have.
public struct Capacity: Codable, Hashable, Sendable {
    /// Thousandths of a core; nil is unknown and never refuses.
    public var cpuMillis: Int64?
    /// Bytes of memory; nil is unknown and never refuses.
    public var memoryBytes: Int64?

    /// Sets both.
    public init(cpuMillis: Int64? = nil, memoryBytes: Int64? = nil) {
        self.cpuMillis = cpuMillis
        self.memoryBytes = memoryBytes
    }

    private enum CodingKeys: String, CodingKey {
        case cpuMillis = "cpu_millis"
        case memoryBytes = "memory_bytes"
    }
}
