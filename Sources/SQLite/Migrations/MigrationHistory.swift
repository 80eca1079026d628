/// The migrations a database records.
struct MigrationHistory {
    struct Entry {
        let number: Int
        let name: String
        let checksum: String
    }

    static let createTable = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            checksum TEXT NOT NULL,
            applied_at INTEGER NOT NULL
        ) STRICT
        """

    let entries: [Entry]

    /// The schema's number; 0 for a new database.
    var current: Int { entries.last?.number ?? 0 }

    static func read(from connection: Connection) throws -> MigrationHistory {
        let tables = try connection.query("SELECT name FROM sqlite_schema WHERE type = 'table'") {
            try $0.string(0)
        }
        guard !tables.isEmpty else { return MigrationHistory(entries: []) }
        guard tables.contains("schema_migrations") else {
            throw SQLiteFailure(
                .schemaMismatch, operation: "open \(connection.path)",
                detail: "the file has tables, but no record of migrations: another program made it")
        }
        let entries = try connection.query(
            "SELECT number, name, checksum FROM schema_migrations ORDER BY number"
        ) { row in
            Entry(number: try row.int(0), name: try row.string(1), checksum: try row.string(2))
        }
        return MigrationHistory(entries: entries)
    }

    /// The part of `known` that is not recorded; refuses records that are not the beginning of `known`.
    func pending(of known: [Migration], path: String) throws(SQLiteFailure) -> [Migration] {
        if let last = entries.last, last.number > known.count {
            throw SQLiteFailure(
                .schemaTooNew, operation: "open \(path)",
                detail: "the database is at migration \(last.number) (\(last.name)), this program knows "
                    + "migrations up to \(known.count): start the newer program, or restore the copy made "
                    + "before it migrated")
        }
        for (index, entry) in entries.enumerated() {
            try compare(entry, at: index, with: known[index], path)
        }
        return Array(known[entries.count...])
    }

    private func compare(
        _ entry: Entry, at index: Int, with migration: Migration, _ path: String
    ) throws(SQLiteFailure) {
        guard entry.number == index + 1 else {
            throw SQLiteFailure(
                .schemaMismatch, operation: "open \(path)",
                detail: "migration \(index + 1) is missing from the record, \(entry.number) is there")
        }
        guard entry.checksum == migration.checksum else {
            throw SQLiteFailure(
                .schemaMismatch, operation: "open \(path)",
                detail: "migration \(entry.number) ran as \(entry.name) with checksum \(entry.checksum), "
                    + "this program has \(migration.name) with \(migration.checksum)")
        }
    }
}
