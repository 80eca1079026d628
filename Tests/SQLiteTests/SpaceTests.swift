import EventLoop
import Foundation
import SQLite
import TestKit
import Testing

/// The database's file is bounded by what it holds, not by what it ever held.
@Suite(.onLoop, .serialized) struct SpaceTests {
    private static let page = 4_096
    /// Free pages that the file may keep for rows to come.
    private static let kept = 4_096

    /// Rows come and go, three rounds of them are there at a time: pages are used again.
    @Test @LoopActor func rowsThatComeAndGoDoNotMakeTheFileGrow() async throws {
        try await WorkerFixture.run { fixture in
            let rows = 300
            var sizes: [Int] = []
            for round in 0..<TestEnvironment.count(short: 24, long: 240) {
                for id in 0..<rows {
                    try fixture.worker.submit(WorkerFixture.insert(round * rows + id, bytes: 4_500))
                }
                try fixture.worker.submit([
                    RowStatement("DELETE FROM item WHERE id < ?", [.integer(Int64((round - 2) * rows))])
                ])
                try await fixture.worker.barrier.wait(for: fixture.worker.barrier.sequence)
                try await fixture.untilIdle()
                sizes.append(try await fixture.pages())
            }
            // Three rounds stay and one is on its way; an overflowing row takes two pages.
            let most = 4 * rows * 2 + 100
            #expect(sizes.max() ?? 0 <= most, "\(sizes)")
            #expect(sizes.last ?? 0 <= sizes[5] + 50, "\(sizes)")
        }
    }

    /// What a flood took goes back to the disk while the program goes on writing.
    @Test @LoopActor func whatAFloodTookIsGivenBack() async throws {
        try await WorkerFixture.run({ $0.checkpointBytes = 65_536 }) { fixture in
            for id in 0..<800 { try fixture.worker.submit(WorkerFixture.insert(id, bytes: 50_000)) }
            try await fixture.worker.barrier.wait(for: fixture.worker.barrier.sequence)
            let flooded = try await fixture.pages()
            #expect(flooded > 2 * Self.kept)
            try await fixture.worker.commit([RowStatement("DELETE FROM item")])
            for id in 0..<200 {
                try await fixture.worker.commit(
                    WorkerFixture.insert(10_000 + id % 50, bytes: 9_000, anew: true))
            }
            try await fixture.untilIdle()
            let after = try await fixture.pages()
            #expect(after <= Self.kept + 1_000, "\(after) pages of \(flooded)")
            let file = try fixture.folder.contents()["fledx.db"]?.count ?? 0
            #expect(file <= (Self.kept + 1_000) * Self.page, "the file itself: \(file) bytes")
        }
    }

    /// Jobs that write by themselves, as clean-ups do, leave no log behind that grows without a commit.
    @Test @LoopActor func jobsThatWriteDoNotMakeTheLogGrow() async throws {
        try await WorkerFixture.run { fixture in
            var largest = 0
            for id in 0..<200 {
                try await fixture.worker.perform { connection in
                    for change in WorkerFixture.insert(id, bytes: 60_000) { try connection.execute(change) }
                }
                largest = max(largest, try fixture.folder.contents()["fledx.db-wal"]?.count ?? 0)
            }
            #expect(largest > 1_000_000 && largest < 2 * Int(SQLiteLimits.checkpointBytes), "\(largest)")
        }
    }
}

extension WorkerFixture {
    /// How many pages the database has.
    fileprivate func pages() async throws -> Int {
        try await worker.perform { try $0.first("PRAGMA page_count") { try $0.int(0) } ?? 0 }
    }
}
