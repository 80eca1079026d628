import EventLoop
import SQLite
import TestKit
import Testing

@Suite(.onLoop, .serialized)
struct HistoryReaderTests {
    static let endless = """
        SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)
        """

    @Test @LoopActor func readThatTakesTooLongEndsAndTheNextOneWorks() async throws {
        try await WorkerFixture.run { fixture in
            let reader = try await HistoryReader.open(path: fixture.folder.database)
            let late = await #expect(throws: SQLiteFailure.self) {
                try await reader.read(deadlineMilliseconds: 30) { try $0.query(Self.endless) { _ in } }
            }
            #expect(late?.kind == .deadlineExceeded)
            #expect(try await reader.read { try $0.first("SELECT 7") { try $0.int(0) } } == 7)
            try await reader.close()
        }
    }

    @Test @LoopActor func deadlineIncludesTheWaitForOtherReads() async throws {
        try await WorkerFixture.run { fixture in
            let reader = try await HistoryReader.open(path: fixture.folder.database)
            let slow = Task { @LoopActor in
                try await reader.read(deadlineMilliseconds: 300) { try $0.query(Self.endless) { _ in } }
            }
            await LoopActor.pass()
            let late = await #expect(throws: SQLiteFailure.self) {
                try await reader.read(deadlineMilliseconds: 20) { try $0.first("SELECT 7") { try $0.int(0) } }
            }
            #expect(late?.detail == "other reads took longer than 20 ms")
            await #expect(throws: SQLiteFailure.self) { try await slow.value }
            try await reader.close()
        }
    }

    @Test @LoopActor func readerCannotWriteAndHasARowLimit() async throws {
        try await WorkerFixture.run { fixture in
            for id in 0..<5 { try await fixture.worker.commit(WorkerFixture.insert(id)) }
            let reader = try await HistoryReader.open(path: fixture.folder.database)
            let written = await #expect(throws: SQLiteFailure.self) {
                try await reader.read { _ = try $0.execute("DELETE FROM item") }
            }
            #expect(written?.kind == .readOnly)
            let many = await #expect(throws: SQLiteFailure.self) {
                try await reader.read(rows: 4) { try $0.query("SELECT id FROM item") { try $0.int(0) } }
            }
            #expect(many?.kind == .rowLimitExceeded)
            let all = try await reader.read(rows: 5) { try $0.query("SELECT id FROM item") { try $0.int(0) } }
            #expect(all.count == 5)
            try await reader.close()
            let closed = await #expect(throws: SQLiteFailure.self) {
                try await reader.read { try $0.first("SELECT 7") { try $0.int(0) } }
            }
            #expect(closed?.kind == .closed)
        }
    }
}
