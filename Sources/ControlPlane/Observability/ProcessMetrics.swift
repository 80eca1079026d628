import EventLoop
import Model
import Telemetry

/// What the process takes from its machine, under the names Prometheus uses everywhere.
@LoopActor
final class ProcessMetrics {
    private let memory: Gauge
    private let files: Gauge
    private let threads: Gauge

    init(_ registry: MetricRegistry, started: Timestamp) {
        registry.gauge("process_start_time_seconds", help: "When the process started, in Unix seconds.")
            .set(Double(started.milliseconds) / 1000)
        memory = registry.gauge("process_resident_memory_bytes", help: "Resident memory.")
        files = registry.gauge("process_open_fds", help: "Open file descriptors.")
        threads = registry.gauge("process_threads", help: "Threads.")
    }

    func collect() {
        memory.set(Double(SystemInfo.residentBytes))
        files.set(Double(SystemInfo.openFileCount))
        threads.set(Double(SystemInfo.threadCount))
    }
}
