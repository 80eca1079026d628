/// Runs the statements of one migration, and names the one that fails.
struct MigrationScript {
    private let migration: Migration

    init(_ migration: Migration) { self.migration = migration }

    func run(on connection: Connection) throws {
        var rest = migration.sql[...]
        var position = 0
        while true {
            position += 1
            let consumed = try runFirst(of: rest, position, on: connection)
            guard let consumed else { return }
            rest = rest[rest.utf8.index(rest.startIndex, offsetBy: consumed)...]
        }
    }

    func checkForeignKeys(on connection: Connection) throws {
        let broken = try connection.query("PRAGMA foreign_key_check") { try $0.string(0) }
        guard let table = broken.first else { return }
        throw SQLiteFailure(
            .migrationFailed, operation: title,
            detail: "\(broken.count) rows refer to missing ones, the first in table \(table)")
    }

    /// Runs one statement; nil when there is none left.
    private func runFirst(of rest: Substring, _ position: Int, on connection: Connection) throws -> Int? {
        let text = String(rest)
        do {
            let (statement, consumed) = try Statement.prepare(
                text, on: connection.database, persistent: false)
            guard let statement else { return nil }
            while try statement.step() {}
            guard connection.isInTransaction else {
                throw SQLiteFailure(.misuse, operation: "run", detail: "the statement ended the transaction")
            }
            return consumed
        } catch let failure as SQLiteFailure {
            throw SQLiteFailure(
                .migrationFailed, operation: title,
                detail: "statement \(position) failed: \(failure.detail); it begins: \(beginning(of: text))",
                extendedCode: failure.extendedCode, cause: failure)
        }
    }

    private var title: String { "migration \(migration.number) (\(migration.name))" }

    private func beginning(of text: String) -> String {
        let start = text.drop { $0.isWhitespace }
        return Statement.shortened(String(start.prefix { $0 != "\n" && $0 != ";" }))
    }
}
