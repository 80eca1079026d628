/// A container's counters, read once.
public struct ContainerReading: Hashable, Sendable {
    /// Processor time since the start, in nanoseconds.
    public var processorNanoseconds: UInt64
    /// Processor time of the whole machine, in nanoseconds over all processors.
    public var systemNanoseconds: UInt64
    /// Processors available.
    public var processors: Int
    /// Memory in use without what the kernel may drop.
    public var memoryBytes: UInt64
    /// Bytes received since the start.
    public var receivedBytes: UInt64
    /// Bytes sent since the start.
    public var sentBytes: UInt64
    /// Bytes read from block devices since the start; nil where the engine does not tell.
    public var blockReadBytes: UInt64?
    /// Bytes written to block devices since the start.
    public var blockWrittenBytes: UInt64?

    /// Puts a reading together.
    public init(
        processorNanoseconds: UInt64, systemNanoseconds: UInt64, processors: Int, memoryBytes: UInt64,
        receivedBytes: UInt64 = 0, sentBytes: UInt64 = 0, blockReadBytes: UInt64? = nil,
        blockWrittenBytes: UInt64? = nil
    ) {
        self.processorNanoseconds = processorNanoseconds
        self.systemNanoseconds = systemNanoseconds
        self.processors = processors
        self.memoryBytes = memoryBytes
        self.receivedBytes = receivedBytes
        self.sentBytes = sentBytes
        self.blockReadBytes = blockReadBytes
        self.blockWrittenBytes = blockWrittenBytes
    }
}
