import EventLoop
import Model
import SQLite

/// Commits rows that arrive in groups, as commands of operators and agents do, and watches the loop meanwhile.
@LoopActor
final class CommitBench {
    private static let seconds: Int64 = 10
    private static let pauseMilliseconds: Int64 = 5
    private static let nodes: Int64 = 10_000
    private static let upsert = """
        INSERT INTO seen (node, revision, body) VALUES (?1, ?2, ?3)
        ON CONFLICT (node) DO UPDATE SET revision = excluded.revision, body = excluded.body
        """

    private let worker: DatabaseWorker
    private var acknowledged = Distribution()
    private var refused = 0
    private var revision: Int64 = 0

    private init(_ worker: DatabaseWorker) { self.worker = worker }

    /// Prints one table.
    static func run(database: String) async throws {
        let worker = try await DatabaseWorker.open(WorkerOptions(path: database))
        try await worker.perform { connection in
            _ = try connection.execute(
                "CREATE TABLE seen (node INTEGER PRIMARY KEY, revision INTEGER, body BLOB) STRICT")
        }
        StandardIO.write(
            """
            Rows of 400 bytes arrive every \(pauseMilliseconds) ms for \(seconds) s a line; a row's time runs from its \
            submission to the barrier's word that it is durable. Milliseconds.

            | what | count | p50 | p90 | p99 | max | loop ticks | lag p50 | lag p90 | lag p99 | lag max | checkpoints |
            |---|---|---|---|---|---|---|---|---|---|---|---|

            """)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            try await measure("idle loop", worker, rows: 0)
            try await measureFiles(beside: database)
            for rows in [1, 10, 100] { try await measure("\(rows) rows a group", worker, rows: rows) }
            try await worker.close()
        }
    }

    private static func measure(_ title: String, _ worker: DatabaseWorker, rows: Int) async throws {
        let bench = CommitBench(worker)
        let before = worker.counters
        let meter = LagMeter()
        meter.start()
        try await bench.arrive(rows: rows)
        meter.stop()
        let checkpoints = worker.counters.checkpoints - before.checkpoints
        report(title, bench.acknowledged, meter, "\(checkpoints)")
        guard bench.refused == 0 else {
            throw BenchFailure(detail: "\(bench.refused) groups were not committed")
        }
    }

    /// The disk's own price: a file of one page, synchronised, renamed, its folder synchronised.
    private static func measureFiles(beside database: String) async throws {
        var times = Distribution()
        let meter = LagMeter()
        meter.start()
        let end = EventLoop.now.adding(milliseconds: seconds * 1000)
        var round: UInt8 = 0
        while EventLoop.now < end {
            round &+= 1
            let bytes = [UInt8](repeating: round, count: 4096)
            let started = EventLoop.hrtimeNanoseconds
            try await BlockingPool.run { try FileIO.writeDurably("\(database).page", bytes) }
            times.add(EventLoop.hrtimeNanoseconds - started)
            try await LoopActor.sleep(milliseconds: pauseMilliseconds)
        }
        meter.stop()
        report("a durable 4 KiB file (yardstick)", times, meter, "–")
    }

    private static func report(
        _ title: String, _ times: Distribution, _ meter: LagMeter, _ checkpoints: String
    ) {
        StandardIO.write("| \(title) | \(times.cells) | \(meter.lateness.cells) | \(checkpoints) |\n")
    }

    private func arrive(rows: Int) async throws {
        let end = EventLoop.now.adding(milliseconds: Self.seconds * 1000)
        while EventLoop.now < end {
            for _ in 0..<rows { try submitOne() }
            try await LoopActor.sleep(milliseconds: Self.pauseMilliseconds)
        }
        try await worker.barrier.wait(for: worker.barrier.sequence)
    }

    private func submitOne() throws {
        revision += 1
        let body = [UInt8](repeating: UInt8(truncatingIfNeeded: revision), count: 400)
        let node = revision &* 7_919 % Self.nodes
        let started = EventLoop.hrtimeNanoseconds
        let sequence = try worker.submit([
            RowStatement(Self.upsert, [.integer(node), .integer(revision), .blob(body)])
        ])
        worker.barrier.release(at: sequence) { [weak self] outcome in
            guard let self else { return }
            if case .lost = outcome { refused += 1 }
            acknowledged.add(EventLoop.hrtimeNanoseconds - started)
        }
    }
}
