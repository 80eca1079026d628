import EventLoop
import LossyStore
import Model
import SQLite
import TestKit
import Testing

/// The power goes at any moment: what was acknowledged is there, and the file is whole.
@Suite(.onLoop, .serialized) struct PowerLossTests {
    /// What a loss of power left behind.
    private struct Remains {
        /// Acknowledged rows that are gone.
        var missing = 0
        /// Writes that were not synchronised and got lost.
        var lostWrites = 0
    }

    @Test @LoopActor func whatWasAcknowledgedSurvivesThePower() async throws {
        let remains = try await Self.cutsWhileWriting(TestEnvironment.count(short: 60, long: 600), "FULL")
        #expect(remains.missing == 0)
    }

    /// The same without synchronisation: this test can see what it is there to see.
    @Test @LoopActor func withoutSynchronisationTheSameLoadLosesRows() async throws {
        let remains = try await Self.cutsWhileWriting(20, "OFF")
        #expect(remains.missing > 0)
        #expect(remains.lostWrites > 0)
    }

    /// Whenever the power goes during a schema change, the database has the old schema or the new one, and all its rows.
    @Test @LoopActor func aSchemaChangeIsMadeWholeOrNotAtAll() async throws {
        try #require(lossy_store_register() == 0)
        let rows = 20_000
        let schema = [
            Migration(number: 1, name: "begin", sql: "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)"),
            Migration(
                number: 2, name: "grow",
                sql: """
                    ALTER TABLE item ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
                    UPDATE item SET size = length(name) + id;
                    CREATE INDEX item_size ON item (size);
                    """),
        ]
        var random = SeededRandom(seed: 43)
        var schemas: Set<Int> = []
        var cuts = 0
        while cuts < TestEnvironment.count(short: 40, long: 400) || schemas.count < 2 {
            try #require(cuts < 4_000, "every cut found the same schema: \(schemas)")
            let folder = try DatabaseFolder()
            defer { unsafe lossy_store_forget(folder.path) }
            try folder.fill(schema[0], rows: rows)
            let path = folder.database
            async let change: Void = BlockingPool.run {
                var options = ConnectionOptions(path: path)
                options.fileLayer = "lossy"
                let connection = try Connection(options)
                defer { connection.close() }
                _ = try Migrator(schema).migrate(connection, appliedAtMilliseconds: 0)
            }
            for _ in 0..<10 {
                let seed = random.nextRandom()
                guard let after = try await BlockingPool.run({ try folder.cut(seed) }) else { continue }
                schemas.insert(try after.schema(rows: rows, migrating: schema))
                cuts += 1
            }
            try await change
        }
        #expect(schemas == [1, 2])
    }

    /// A load without a pause does not let the log grow for ever.
    @Test @LoopActor func theLogIsBoundedWhileWritingWithoutAPause() async throws {
        try await WorkerFixture.run { fixture in
            var largest = 0
            for round in 0..<TestEnvironment.count(short: 12, long: 120) {
                for id in 0..<100 {
                    try fixture.worker.submit(WorkerFixture.insert(round * 100 + id, bytes: 60_000))
                }
                try await fixture.worker.barrier.wait(for: fixture.worker.barrier.sequence)
                largest = max(largest, try fixture.folder.contents()["fledx.db-wal"]?.count ?? 0)
            }
            // What makes a checkpoint due is looked at after every transaction, so one may come on top.
            #expect(
                largest > 6_000_000 && largest < Int(SQLiteLimits.urgentCheckpointBytes) + 16_000_000,
                "\(largest)")
            try await fixture.untilIdle()
            try await fixture.worker.commit(WorkerFixture.insert(1_000_000))
            #expect(
                try fixture.folder.contents()["fledx.db-wal"]?.count ?? 0 <= SQLiteLimits.keptLogBytes + 8_192
            )
        }
    }

    @LoopActor private static func cutsWhileWriting(_ cuts: Int, _ synchronous: String) async throws
        -> Remains
    {
        try #require(lossy_store_register() == 0)
        var random = SeededRandom(seed: 41)
        var remains = Remains()
        try await WorkerFixture.run({ options in
            options.connection.fileLayer = "lossy"
            // Checkpoints belong to the load: they are what moves acknowledged rows between two files.
            options.checkpointBytes = 65_536
        }) { fixture in
            try await fixture.worker.perform { _ = try $0.execute("PRAGMA synchronous=\(synchronous)") }
            var acknowledged = 0
            for _ in 0..<cuts {
                for _ in 0..<(1 + random.nextRandom() % 4) {
                    try await fixture.worker.commit(WorkerFixture.insert(acknowledged, bytes: 3_000))
                    acknowledged += 1
                }
                // In the middle of a transaction: the hold stands before COMMIT.
                let isMidway = random.nextRandom() % 2 == 0
                if isMidway {
                    fixture.hold.holdNext()
                    try fixture.worker.submit(WorkerFixture.insert(acknowledged, bytes: 30_000))
                    await fixture.hold.waitUntilHeld()
                }
                let seed = random.nextRandom() % 3 == 0 ? 0 : random.nextRandom()
                try look(at: fixture.folder, seed, acknowledged, &remains)
                guard isMidway else { continue }
                fixture.hold.letGo()
                try await fixture.worker.barrier.wait(for: fixture.worker.barrier.sequence)
                acknowledged += 1
            }
        }
        return remains
    }

    @LoopActor private static func look(
        at folder: DatabaseFolder, _ seed: UInt64, _ acknowledged: Int, _ remains: inout Remains
    ) throws {
        let after = try DatabaseFolder()
        defer { unsafe lossy_store_forget(after.path) }
        for (name, salt) in [("", 0), ("-wal", 1)] as [(String, UInt64)] {
            let lost = unsafe lossy_store_cut(
                folder.database + name, after.database + name, seed == 0 ? 0 : seed &+ salt)
            try #require(lost != -1)
            remains.lostWrites += max(0, lost)
        }
        guard let connection = try? after.open() else {
            remains.missing += acknowledged
            return
        }
        defer { connection.close() }
        guard let faults = try? connection.faults(), faults.isEmpty,
            let ids = try? connection.query("SELECT id FROM item", [], { try $0.int(0) })
        else {
            remains.missing += acknowledged
            return
        }
        remains.missing += Set(0..<acknowledged).subtracting(ids).count
    }
}

extension DatabaseFolder {
    /// A database with the first schema and some rows, synchronised.
    fileprivate func fill(_ schema: Migration, rows: Int) throws {
        let connection = try open()
        defer { connection.close() }
        _ = try Migrator([schema]).migrate(connection, appliedAtMilliseconds: 0)
        try connection.transaction {
            for id in 0..<rows {
                try connection.execute(
                    "INSERT INTO item VALUES (?, ?)", [.integer(Int64(id)), .text("item \(id)")])
            }
        }
    }

    /// What is left when the power goes now; nil while the layer has not opened the database.
    fileprivate func cut(_ seed: UInt64) throws -> DatabaseFolder? {
        let after = try DatabaseFolder()
        lossy_store_pause()
        defer { lossy_store_resume() }
        for (name, salt) in [("", 0), ("-wal", 1)] as [(String, UInt64)] {
            let lost = unsafe lossy_store_cut(database + name, after.database + name, seed &+ salt)
            try #require(lost != -1)
            if lost == -2, name.isEmpty { return nil }
        }
        return after
    }

    /// The schema found, with all rows in it; the change can be made again.
    fileprivate func schema(rows: Int, migrating schema: [Migration]) throws -> Int {
        let connection = try open()
        defer { connection.close() }
        #expect(try connection.faults().isEmpty)
        let found = try connection.first("SELECT max(number) FROM schema_migrations") { try $0.int(0) } ?? 0
        let column = found == 1 ? "count(*)" : "count(nullif(size, 0))"
        #expect(try connection.first("SELECT \(column) FROM item") { try $0.int(0) } == rows)
        #expect(try Migrator(schema).migrate(connection, appliedAtMilliseconds: 0).current == 2)
        #expect(try connection.first("SELECT sum(size > id) FROM item") { try $0.int(0) } == rows)
        return found
    }
}
