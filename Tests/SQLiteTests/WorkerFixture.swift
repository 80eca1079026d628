import EventLoop
import SQLite
import TestKit

/// A running worker on a database of its own with the table `item`.
@LoopActor
final class WorkerFixture {
    let folder: DatabaseFolder
    let worker: DatabaseWorker
    let hold: CommitHold
    /// What left through the barrier, in order.
    var left: [String] = []

    private init(_ folder: DatabaseFolder, _ worker: DatabaseWorker, _ hold: CommitHold) {
        self.folder = folder
        self.worker = worker
        self.hold = hold
    }

    static func run(
        _ adjust: (inout WorkerOptions) -> Void = { _ in },
        _ body: @LoopActor (WorkerFixture) async throws -> Void
    ) async throws {
        let folder = try DatabaseFolder()
        let hold = CommitHold()
        var options = WorkerOptions(path: folder.database)
        options.beforeCommit = { try hold.commitReached() }
        adjust(&options)
        let fixture = WorkerFixture(folder, try await DatabaseWorker.open(options), hold)
        let running = Task { @LoopActor in await fixture.worker.run() }
        do {
            try await fixture.worker.perform {
                _ = try $0.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, value BLOB)")
            }
            try await body(fixture)
        } catch {
            hold.letGo()
            try await fixture.worker.close()
            throw error
        }
        hold.letGo()
        try await fixture.worker.close()
        await running.value
    }

    nonisolated static func insert(_ id: Int, bytes: Int = 1, anew: Bool = false) -> [RowStatement] {
        [
            RowStatement(
                "INSERT \(anew ? "OR REPLACE " : "")INTO item VALUES (?, zeroblob(?))",
                [.integer(Int64(id)), .integer(Int64(bytes))])
        ]
    }

    /// Releases a note at a number, so that tests see when and how it left.
    func release(_ note: String, at sequence: UInt64) {
        worker.barrier.release(at: sequence) { outcome in
            switch outcome {
            case .committed: self.left.append(note)
            case .lost(let failure): self.left.append("\(note) \(failure.code)")
            }
        }
    }

    func ids() async throws -> [Int] {
        try await worker.perform { try $0.query("SELECT id FROM item ORDER BY id") { try $0.int(0) } }
    }

    /// Lets the file grow by this many pages and no further.
    func limitGrowth(pages: Int64) async throws {
        try await worker.perform { connection in
            let now = try connection.first("PRAGMA page_count") { try $0.int64(0) } ?? 0
            _ = try connection.execute("PRAGMA max_page_count=\(now + pages)")
        }
    }
}
