import EventLoop
import SQLite
import Telemetry

/// What the database worker has done, and how large its files are.
@LoopActor
final class StorageMetrics {
    private let commits: Counter
    private let failures: Counter
    private let dropped: Counter
    private let checkpoints: Counter
    private let bytes: Gauge
    private let isWritable: Gauge
    private var last: WorkerCounters?

    init(_ registry: MetricRegistry) {
        commits = registry.counter("control_plane_commits_total", help: "Committed transactions.")
        failures = registry.counter("control_plane_commit_failures_total", help: "Commits that failed.")
        dropped = registry.counter(
            "control_plane_dropped_telemetry_total", help: "Unimportant changes that were not stored.")
        checkpoints = registry.counter(
            "control_plane_checkpoints_total", help: "Times the write-ahead log was moved to the database.")
        bytes = registry.gauge(
            "control_plane_database_bytes", help: "Size of the database's files.", labels: ["file"])
        isWritable = registry.gauge(
            "control_plane_database_writable",
            help: "Whether changes are accepted: 1, or 0 after a failed commit and below the storage reserve."
        )
    }

    func collect(_ store: ClusterStore) {
        let now = store.worker.counters
        commits.increment(by: Double(now.transactions - (last?.transactions ?? 0)))
        failures.increment(by: Double(now.failures - (last?.failures ?? 0)))
        dropped.increment(by: Double(now.droppedTelemetry - (last?.droppedTelemetry ?? 0)))
        checkpoints.increment(by: Double(now.checkpoints - (last?.checkpoints ?? 0)))
        last = now
        bytes.set(size(store.path), ["main"])
        bytes.set(size("\(store.path)-wal"), ["log"])
        let isOpen = if case .open = store.worker.state { true } else { false }
        isWritable.set(isOpen && store.reserve.shortage == nil ? 1 : 0)
    }

    private func size(_ path: String) -> Double {
        Double(((try? FileIO.status(path)) ?? nil)?.sizeBytes ?? 0)
    }
}
