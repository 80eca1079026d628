import EventLoop
import Model
import Telemetry

/// What the process takes from its machine, under the names Prometheus uses everywhere.
@LoopActor
final class ProcessMetrics {
    private let processor: Counter
    private let memory: Gauge
    private let files: Gauge
    private let threads: Gauge

    init(_ registry: MetricRegistry, started: Timestamp) {
        registry.gauge("process_start_time_seconds", help: "When the process started, in Unix seconds.")
            .set(Double(started.milliseconds) / 1000)
        processor = registry.counter(
            "process_cpu_seconds_total", help: "Processor time in user and kernel mode.")
        memory = registry.gauge("process_resident_memory_bytes", help: "Resident memory.")
        files = registry.gauge("process_open_fds", help: "Open file descriptors.")
        threads = registry.gauge("process_threads", help: "Threads.")
    }

    func collect() {
        let used = processor.with([])
        used.increment(by: SystemInfo.processorSeconds - used.value)
        memory.set(Double(SystemInfo.residentBytes))
        files.set(Double(SystemInfo.openFileCount))
        threads.set(Double(SystemInfo.threadCount))
    }
}
