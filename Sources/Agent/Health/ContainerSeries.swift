internal import EventLoop
internal import Model
internal import NodeCore
internal import Telemetry

/// The series of single containers; they go with their containers.
@LoopActor
final class ContainerSeries {
    private let processor: Gauge
    private let memory: Gauge
    private let counters: [(counter: Counter, bytes: (ResourceSample) -> UInt64?)]
    /// The newest sample shown of each container, so that none is added twice.
    private var shown: [String: Timestamp] = [:]

    init(_ registry: MetricRegistry) {
        let labels = ["container_id"]
        processor = registry.gauge(
            "node_agent_container_cpu_percent", help: "Percent of one core in the newest sample.",
            labels: labels)
        memory = registry.gauge(
            "node_agent_container_memory_bytes", help: "Memory in the newest sample.", labels: labels)
        let counter = { (name: String, help: String) in
            registry.counter("node_agent_container_\(name)_bytes_total", help: help, labels: labels)
        }
        counters = [
            (counter("network_rx", "Bytes received while the agent measured."), { $0.networkReceivedBytes }),
            (counter("network_tx", "Bytes sent while the agent measured."), { $0.networkSentBytes }),
            (counter("blk_read", "Bytes read from block devices meanwhile."), { $0.blockReadBytes }),
            (counter("blk_write", "Bytes written to block devices meanwhile."), { $0.blockWrittenBytes }),
        ]
    }

    func measured(_ newest: [(target: SampleTarget, sample: ResourceSample)]) {
        for (target, sample) in newest {
            let id = target.containerID.rawValue
            guard shown[id] != sample.collectedAt else { continue }
            shown[id] = sample.collectedAt
            processor.set(sample.cpuPercent, [id])
            memory.set(Double(sample.memoryBytes), [id])
            for (counter, bytes) in counters {
                if let count = bytes(sample) { counter.increment([id], by: Double(count)) }
            }
        }
        keepOnly(newest)
    }

    /// Series of containers that are gone go with them.
    func keepOnly(_ newest: [(target: SampleTarget, sample: ResourceSample)]) {
        let present = Set(newest.map(\.target.containerID.rawValue))
        guard shown.keys.contains(where: { !present.contains($0) }) else { return }
        shown = shown.filter { present.contains($0.key) }
        processor.removeAll { !present.contains($0[0]) }
        memory.removeAll { !present.contains($0[0]) }
        for (counter, _) in counters { counter.removeAll { !present.contains($0[0]) } }
    }
}
