import ClusterCore
import EventLoop
import Model
import Telemetry

/// The series of single replicas: their newest sample, what they used in all, and their newest whole minute.
@LoopActor
final class UsageFigureSeries {
    private let processor: Gauge
    private let memory: Gauge
    private let minuteProcessor: Gauge
    private let minuteMemory: Gauge
    private let totals: [(counter: Counter, value: (UsageTotals) -> UInt64?)]
    private let minutes: [(gauge: Gauge, value: (UsageTotals) -> UInt64?)]

    init(_ registry: MetricRegistry, limit: Int) {
        let labels = ["deployment_id", "deployment", "node_id", "replica"]
        let gauge = { (name: String, help: String) in
            registry.gauge(name, help: help, labels: labels, maximumSeries: limit)
        }
        processor = gauge("deployment_cpu_percent", "Percent of one core in the newest sample of a replica.")
        memory = gauge("deployment_memory_bytes", "Memory in the newest sample of a replica.")
        minuteProcessor = gauge(
            "deployment_usage_cpu_percent", "Mean percent of one core in the newest stored minute.")
        minuteMemory = gauge("deployment_usage_memory_bytes", "Mean memory in the newest stored minute.")
        var totals: [(Counter, (UsageTotals) -> UInt64?)] = []
        var minutes: [(Gauge, (UsageTotals) -> UInt64?)] = []
        for (word, meaning, value) in Self.counted {
            totals.append(
                (
                    registry.counter(
                        "deployment_\(word)_total", help: "Bytes \(meaning) since this process counts.",
                        labels: labels, maximumSeries: limit), value
                ))
            minutes.append(
                (gauge("deployment_usage_\(word)", "Bytes \(meaning) in the newest stored minute."), value))
        }
        self.totals = totals
        self.minutes = minutes
    }

    private static let counted: [(String, String, (UsageTotals) -> UInt64?)] = [
        ("network_rx_bytes", "received", { $0.receivedBytes }),
        ("network_tx_bytes", "sent", { $0.sentBytes }),
        ("blk_read_bytes", "read from block devices", { $0.blockReadBytes }),
        ("blk_write_bytes", "written to block devices", { $0.blockWrittenBytes }),
    ]

    func show(_ labels: [String], _ ledger: UsageLedger, _ key: UsageKey) {
        if let sample = ledger.newest(of: key) {
            processor.set(sample.cpuPercent, labels)
            memory.set(Double(sample.memoryBytes), labels)
        }
        if let total = ledger.total(of: key) {
            for (counter, value) in totals {
                guard let bytes = value(total) else { continue }
                let series = counter.with(labels)
                series.increment(by: Double(bytes) - series.value)
            }
        }
        guard let minute = ledger.lastMinute(of: key) else { return }
        minuteProcessor.set(minute.figures.cpuPercent, labels)
        minuteMemory.set(Double(minute.figures.memoryBytes), labels)
        for (gauge, value) in minutes { if let bytes = value(minute) { gauge.set(Double(bytes), labels) } }
    }

    func keepOnly(_ shown: Set<[String]>) {
        for gauge in [processor, memory, minuteProcessor, minuteMemory] + minutes.map(\.gauge) {
            gauge.removeAll { !shown.contains($0) }
        }
        for (counter, _) in totals { counter.removeAll { !shown.contains($0) } }
    }
}
