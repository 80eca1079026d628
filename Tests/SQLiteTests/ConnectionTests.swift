import Foundation
import Model
import Testing

@testable import SQLite

@Suite struct ConnectionTests {
    private let folder: DatabaseFolder

    init() throws { folder = try DatabaseFolder() }

    private func openWithTable() throws -> Connection {
        let connection = try folder.open()
        try connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, value)")
        return connection
    }

    @Test(arguments: [
        SQLiteValue.null, .integer(.min), .integer(.max), 0, 1.5, .real(-0.0), "", "Grüße 🌍 日本語",
        .text("with\u{0}zero"), .blob([]), .blob([0, 255, 1, 0]),
        .blob([UInt8](repeating: 7, count: 100_000)),
    ])
    func everyValueComesBackAsItWent(value: SQLiteValue) throws {
        let connection = try openWithTable()
        try connection.execute("INSERT INTO item VALUES (1, ?)", [value])
        #expect(try connection.first("SELECT value FROM item") { $0.value(0) } == value)
    }

    @Test func identifiersFlagsAndOptionalsComeBack() throws {
        let connection = try openWithTable()
        let id = NodeID(UUIDValue(randomHigh: 77, randomLow: 88))
        let row = try connection.first(
            "SELECT ?, ?, ?, ?",
            [
                .identifier(id), .flag(true), .optional(nil as String?, SQLiteValue.text),
                .optional("x", SQLiteValue.text),
            ]
        ) { row in
            (
                try row.identifier(0) as NodeID, try row.flag(1), try row.optional(2, row.string),
                try row.optional(3, row.string)
            )
        }
        let found = try #require(row)
        #expect(found == (id, true, nil, "x"))
    }

    @Test func valueOfAnotherTypeIsRefused() throws {
        let connection = try openWithTable()
        #expect(throws: SQLiteFailure.self) {
            try connection.first("SELECT 'text' AS name") { try $0.int64(0) }
        }
        let failure = #expect(throws: SQLiteFailure.self) {
            try connection.first("SELECT NULL AS name") { try $0.string(0) }
        }
        #expect(failure?.kind == .wrongType)
        #expect(failure?.detail == "column name does not hold text")
    }

    @Test func textThatIsNotUnicodeIsNotRepaired() throws {
        let connection = try openWithTable()
        let failure = #expect(throws: SQLiteFailure.self) {
            try connection.first("SELECT CAST(x'ff41' AS TEXT)") { try $0.string(0) }
        }
        #expect(failure?.kind == .wrongType)
    }

    @Test func openingChoosesLogDurabilityAndMode() throws {
        let connection = try openWithTable()
        func pragma(_ name: String) throws -> SQLiteValue? {
            try connection.first("PRAGMA \(name)") { $0.value(0) }
        }
        #expect(try pragma("journal_mode") == "wal")
        #expect(try pragma("synchronous") == 2)
        #expect(try pragma("foreign_keys") == 1)
        #expect(try pragma("wal_autocheckpoint") == 0)
        #expect(try pragma("secure_delete") == 0)
        #expect(try folder.mode(of: "fledx.db") == 0o600)
        #expect(try folder.mode(of: "fledx.db-wal") == 0o600)
        #expect(try folder.mode(of: "fledx.db-shm") == 0o600)
    }

    @Test func existingFileLosesOtherUsersRights() throws {
        #expect(
            FileManager.default.createFile(
                atPath: folder.database, contents: nil, attributes: [.posixPermissions: 0o644]))
        try folder.open().close()
        #expect(try folder.mode(of: "fledx.db") == 0o600)
    }

    @Test func missingFolderAndForeignFileAreRefused() throws {
        let missing = #expect(throws: SQLiteFailure.self) {
            try Connection(ConnectionOptions(path: folder.path + "/none/fledx.db"))
        }
        #expect(missing?.kind == .cannotOpen)
        try Data(repeating: 65, count: 5_000).write(to: URL(fileURLWithPath: folder.database))
        let foreign = #expect(throws: SQLiteFailure.self) { try folder.open() }
        #expect(foreign?.isCorrupt == true)
    }

    @Test func constraintsAreToldApart() throws {
        let connection = try openWithTable()
        try connection.execute(
            "CREATE TABLE part (item INTEGER NOT NULL REFERENCES item(id), size INTEGER CHECK (size > 0))")
        try connection.execute("INSERT INTO item VALUES (1, 'a')")
        func kind(_ sql: String) -> SQLiteFailure.Kind? {
            do { try connection.execute(sql) } catch { return error.kind }
            return nil
        }
        #expect(kind("INSERT INTO item VALUES (1, 'b')") == .uniqueViolation)
        #expect(kind("INSERT INTO part VALUES (2, 1)") == .foreignKeyViolation)
        #expect(kind("INSERT INTO part VALUES (NULL, 1)") == .constraintViolation)
        #expect(kind("INSERT INTO part VALUES (1, 0)") == .constraintViolation)
        #expect(kind("INSERT INTO part VALUES (1, 1)") == nil)
    }

    @Test func failureTellsOperationDetailAndCode() throws {
        let connection = try openWithTable()
        let failure = #expect(throws: SQLiteFailure.self) { try connection.execute("SELECT * FROM absent") }
        #expect(failure?.description == "prepare SELECT * FROM absent: no such table: absent (misuse)")
        #expect(failure?.retryable == false)
    }

    @Test func wrongNumberOfValuesAndSecondStatementAreRefused() throws {
        let connection = try openWithTable()
        #expect(throws: SQLiteFailure.self) { try connection.execute("INSERT INTO item VALUES (?, ?)", [1]) }
        #expect(throws: SQLiteFailure.self) { try connection.execute("SELECT 1; SELECT 2") }
        #expect(throws: SQLiteFailure.self) { try connection.execute("") }
    }

    @Test func statementIsPreparedOnceAndBoundedInNumber() throws {
        var options = ConnectionOptions(path: folder.database)
        options.cachedStatements = 12
        let connection = try Connection(options)
        try connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, value)")
        let before = connection.cache.prepared
        for number in 0..<50 {
            try connection.execute("INSERT INTO item VALUES (?, ?)", [.integer(Int64(number)), "x"])
        }
        #expect(connection.cache.prepared == before + 1)
        for number in 0..<50 { try connection.execute("SELECT \(number)") }
        #expect(connection.cache.count == 12)
    }

    @Test func nestedUseOfTheSameStatementReadsOnItsOwn() throws {
        let connection = try openWithTable()
        for number in 1...3 {
            try connection.execute("INSERT INTO item VALUES (?, NULL)", [.integer(Int64(number))])
        }
        var pairs: [Int64] = []
        try connection.forEach("SELECT id FROM item ORDER BY id") { outer in
            try connection.forEach("SELECT id FROM item ORDER BY id") { inner in
                pairs.append(try outer.int64(0) * 10 + inner.int64(0))
            }
        }
        #expect(pairs == [11, 12, 13, 21, 22, 23, 31, 32, 33])
    }

    @Test func statementWorksAgainAfterAFailure() throws {
        let connection = try openWithTable()
        try connection.execute("INSERT INTO item VALUES (?, 'a')", [1])
        #expect(throws: SQLiteFailure.self) {
            try connection.execute("INSERT INTO item VALUES (?, 'a')", [1])
        }
        try connection.execute("INSERT INTO item VALUES (?, 'a')", [2])
        #expect(try connection.first("SELECT count(*) FROM item") { try $0.int(0) } == 2)
    }

    @Test func failedTransactionLeavesNothing() throws {
        let connection = try openWithTable()
        #expect(throws: SQLiteFailure.self) {
            try connection.transaction {
                try connection.execute("INSERT INTO item VALUES (1, 'a')")
                try connection.execute("INSERT INTO item VALUES (1, 'b')")
            }
        }
        #expect(!connection.isInTransaction)
        #expect(try connection.first("SELECT 1 FROM item") { _ in true } == nil)
    }

    @Test func failedSavepointKeepsTheRest() throws {
        let connection = try openWithTable()
        try connection.transaction {
            try connection.execute("INSERT INTO item VALUES (1, 'a')")
            #expect(throws: SQLiteFailure.self) {
                try connection.savepoint {
                    try connection.execute("INSERT INTO item VALUES (2, 'b')")
                    try connection.execute("INSERT INTO item VALUES (1, 'c')")
                }
            }
        }
        #expect(try connection.query("SELECT id FROM item") { try $0.int64(0) } == [1])
    }

    @Test func readsAreLimitedInRowsAndTime() throws {
        let connection = try openWithTable()
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        let many = #expect(throws: SQLiteFailure.self) {
            try connection.limited(rows: 10, milliseconds: 10_000) { try connection.query(endless) { _ in } }
        }
        #expect(many?.kind == .rowLimitExceeded)
        let late = #expect(throws: SQLiteFailure.self) {
            try connection.limited(rows: 10, milliseconds: 20) {
                try connection.query("SELECT count(*) FROM (\(endless))") { _ in }
            }
        }
        #expect(late?.kind == .deadlineExceeded)
        #expect(try connection.first("SELECT 5") { try $0.int64(0) } == 5)
    }

    @Test func logIsCheckpointedOnlyWhenAsked() throws {
        let connection = try openWithTable()
        for _ in 0..<20 {
            try connection.execute("INSERT INTO item VALUES (NULL, zeroblob(100000))")
        }
        #expect(connection.logBytes > 2_000_000)
        let before = try folder.contents()["fledx.db"]?.count ?? 0
        #expect(try connection.checkpoint())
        let after = try folder.contents()["fledx.db"]?.count ?? 0
        #expect(before < 100_000 && after > 2_000_000)
        try connection.execute("INSERT INTO item VALUES (NULL, 'x')")
        #expect(connection.logBytes < 100_000)
    }

    @Test func closedConnectionRefuses() throws {
        let connection = try openWithTable()
        connection.close()
        let failure = #expect(throws: SQLiteFailure.self) { try connection.execute("SELECT 1") }
        #expect(failure?.kind == .closed)
    }
}
