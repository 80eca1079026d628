import Foundation
import SQLite
import Testing

@Suite struct MigrationTests {
    private let folder: DatabaseFolder
    private let first = Migration(
        number: 1, name: "begin",
        sql: "CREATE TABLE node (id TEXT PRIMARY KEY);\n-- a comment; with semicolon\n")
    private let second = Migration(
        number: 2, name: "grow",
        sql: """
            ALTER TABLE node ADD COLUMN name TEXT NOT NULL DEFAULT 'none';
            CREATE TRIGGER watch AFTER INSERT ON node BEGIN SELECT 1; SELECT 2; END;
            """)

    init() throws { folder = try DatabaseFolder() }

    @discardableResult
    private func migrate(_ migrations: [Migration]) throws -> MigrationReport {
        let connection = try folder.open()
        defer { connection.close() }
        return try Migrator(migrations).migrate(connection, appliedAtMilliseconds: 1_700_000_000_000)
    }

    @Test func freshDatabaseGetsEverythingAndNoCopy() throws {
        let report = try migrate([first, second])
        #expect(report.previous == 0 && report.current == 2)
        #expect(report.applied == [first, second])
        #expect(report.copyPath == nil)
        #expect(try migrate([first, second]).applied.isEmpty)
        let connection = try folder.open()
        let rows = try connection.query("SELECT number, name, checksum, applied_at FROM schema_migrations") {
            [$0.value(0), $0.value(1), $0.value(2), $0.value(3)]
        }
        #expect(
            rows == [
                [1, "begin", .text(first.checksum), 1_700_000_000_000],
                [2, "grow", .text(second.checksum), 1_700_000_000_000],
            ])
    }

    @Test func upgradeKeepsTheRowsAndACopyOfTheOldFile() throws {
        try migrate([first])
        let connection = try folder.open()
        try connection.execute("INSERT INTO node VALUES ('n1')")
        let report = try Migrator([first, second]).migrate(connection, appliedAtMilliseconds: 0)
        #expect(report.applied == [second])
        #expect(
            try connection.query("SELECT id, name FROM node") { try $0.string(0) + $0.string(1) } == [
                "n1none"
            ])
        let copy = try Connection(ConnectionOptions(path: try #require(report.copyPath), access: .immutable))
        #expect(
            try copy.query("SELECT * FROM node") { [$0.value(0)] + ($0.count > 1 ? [$0.value(1)] : []) } == [
                ["n1"]
            ])
        #expect(try folder.mode(of: "fledx.db.schema-1.copy") == 0o600)
        #expect(try !folder.contents().keys.contains { $0.hasSuffix(".partial") })
    }

    @Test func newerSchemaIsRefusedInClearWords() throws {
        try migrate([first, second])
        let failure = #expect(throws: SQLiteFailure.self) { try migrate([first]) }
        #expect(failure?.kind == .schemaTooNew)
        #expect(
            failure?.detail.contains("is at migration 2 (grow), this program knows migrations up to 1")
                == true)
    }

    @Test func changedMigrationIsRefused() throws {
        try migrate([first])
        let changed = Migration(number: 1, name: "begin", sql: first.sql + " ")
        let failure = #expect(throws: SQLiteFailure.self) { try migrate([changed, second]) }
        #expect(failure?.kind == .schemaMismatch)
    }

    @Test func foreignDatabaseIsRefused() throws {
        let connection = try folder.open()
        try connection.execute("CREATE TABLE theirs (id)")
        connection.close()
        let failure = #expect(throws: SQLiteFailure.self) { try migrate([first]) }
        #expect(failure?.kind == .schemaMismatch)
    }

    @Test func failingMigrationRollsBackAndNamesItsStatement() throws {
        let broken = Migration(
            number: 2, name: "broken",
            sql:
                "CREATE TABLE extra (id);\nINSERT INTO extra VALUES (1);\n  ALTER TABLE absent ADD COLUMN x;\nSELECT 1;"
        )
        try migrate([first])
        let failure = #expect(throws: SQLiteFailure.self) { try migrate([first, broken]) }
        #expect(failure?.kind == .migrationFailed)
        #expect(failure?.operation == "migration 2 (broken)")
        #expect(
            failure?.detail
                == "statement 3 failed: no such table: absent; it begins: ALTER TABLE absent ADD COLUMN x")
        let connection = try folder.open()
        #expect(try connection.first("SELECT 1 FROM sqlite_schema WHERE name = 'extra'") { _ in 1 } == nil)
        #expect(try connection.query("SELECT number FROM schema_migrations") { try $0.int(0) } == [1])
        connection.close()
        #expect(try migrate([first, second]).applied == [second])
    }

    @Test func migrationThatBreaksReferencesIsRolledBack() throws {
        let tables = Migration(
            number: 1, name: "tables",
            sql:
                "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a INTEGER REFERENCES a(id) DEFERRABLE INITIALLY DEFERRED);"
        )
        let breaks = Migration(number: 2, name: "breaks", sql: "INSERT INTO b VALUES (9);")
        try migrate([tables])
        let failure = #expect(throws: SQLiteFailure.self) { try migrate([tables, breaks]) }
        #expect(failure?.detail.contains("the first in table b") == true)
    }

    @Test func migrationMustNotCommitByItself() throws {
        let failure = #expect(throws: SQLiteFailure.self) {
            try migrate([
                Migration(number: 1, name: "sneaky", sql: "CREATE TABLE a (id); COMMIT; CREATE TABLE b (id);")
            ])
        }
        #expect(failure?.kind == .migrationFailed)
        #expect(failure?.detail.contains("statement 2") == true)
    }

    @Test func dryRunOfAMissingFileCreatesNothing() throws {
        #expect(try Migrator([first, second]).pending(at: folder.database) == [first, second])
        #expect(try folder.contents().isEmpty)
    }

    @Test func dryRunChangesNeitherFileNorFolder() throws {
        try migrate([first])
        let before = try folder.contents()
        #expect(try Migrator([first, second]).pending(at: folder.database) == [second])
        #expect(try folder.contents() == before)
        #expect(throws: SQLiteFailure.self) { try Migrator([]).pending(at: folder.database) }
        #expect(try folder.contents() == before)
    }

    @Test func dryRunReadsALogThatIsNotCheckpointedYet() throws {
        let connection = try folder.open()
        _ = try Migrator([first]).migrate(connection, appliedAtMilliseconds: 0)
        let before = try folder.contents()
        #expect((before["fledx.db-wal"]?.count ?? 0) > 0)
        #expect(try Migrator([first, second]).pending(at: folder.database) == [second])
        #expect(try folder.contents() == before)
    }

    @Test func checksumIsStable() {
        #expect(Migration(number: 1, name: "x", sql: "").checksum == "cbf29ce484222325")
        #expect(Migration(number: 1, name: "x", sql: "a").checksum == "af63dc4c8601ec8c")
    }
}
