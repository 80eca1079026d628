internal import JSON
public import Model

/// One reading of a container's counters; rates come from two readings.
public struct ContainerStatistics: Sendable, Equatable {
    /// When the engine read them.
    public let readAt: Timestamp?
    /// Processor time used since the start, in nanoseconds.
    public let processorNanoseconds: UInt64
    /// Processor time of the whole machine, in nanoseconds over all processors.
    public let systemNanoseconds: UInt64
    /// Processors available.
    public let processors: Int
    /// Memory in use, without the page cache that can be dropped.
    public let memoryBytes: UInt64
    /// The memory limit, the machine's memory where none is set.
    public let memoryLimitBytes: UInt64
    /// Bytes received on all networks.
    public let receivedBytes: UInt64
    /// Bytes sent on all networks.
    public let sentBytes: UInt64
    /// Bytes read from block devices; nil where the engine does not tell.
    public let blockReadBytes: UInt64?
    /// Bytes written to block devices; nil where the engine does not tell.
    public let blockWrittenBytes: UInt64?
    /// Processes and threads.
    public let processes: Int

    init(_ node: JSONNode) {
        let processor = node["cpu_stats"] ?? .null
        readAt = node.time("read")
        processorNanoseconds = processor["cpu_usage"]?.unsigned("total_usage") ?? 0
        systemNanoseconds = processor.unsigned("system_cpu_usage")
        let online = Int(processor.integer("online_cpus"))
        processors = online > 0 ? online : processor["cpu_usage"]?.list("percpu_usage").count ?? 0
        let memory = node["memory_stats"] ?? .null
        let usage = memory.unsigned("usage")
        let details = memory["stats"] ?? .null
        // Control groups v1 name the sum over the tree `total_…`, v2 has one number.
        let droppable = details["total_inactive_file"]?.uintValue ?? details.unsigned("inactive_file")
        memoryBytes = usage > droppable ? usage - droppable : 0
        memoryLimitBytes = memory.unsigned("limit")
        var received: UInt64 = 0
        var sent: UInt64 = 0
        for network in node["networks"]?.objectValue ?? [] {
            received &+= network.value.unsigned("rx_bytes")
            sent &+= network.value.unsigned("tx_bytes")
        }
        (receivedBytes, sentBytes) = (received, sent)
        var read: UInt64 = 0
        var written: UInt64 = 0
        // Absent or null where no controller counts; an empty list is a container that did nothing.
        let operations = node["blkio_stats"]?["io_service_bytes_recursive"]?.arrayValue
        for entry in operations ?? [] {
            switch entry.text("op") {
            case "Read", "read": read &+= entry.unsigned("value")
            case "Write", "write": written &+= entry.unsigned("value")
            default: break
            }
        }
        blockReadBytes = operations == nil ? nil : read
        blockWrittenBytes = operations == nil ? nil : written
        processes = Int(node["pids_stats"]?.integer("current") ?? 0)
    }
}
