/// Brings a database to the schema this program knows.
///
/// Every migration runs in a transaction of its own and is recorded in the table `schema_migrations`. A
/// database of a newer program is refused, and one with content is copied before it is changed.
public struct Migrator: Sendable {
    let migrations: [Migration]

    /// Takes the migrations a program knows.
    ///
    /// - Parameter migrations: Numbered from 1 without gaps.
    public init(_ migrations: [Migration]) {
        for (index, migration) in migrations.enumerated() {
            precondition(migration.number == index + 1, "migrations are numbered from 1 without gaps")
        }
        self.migrations = migrations
    }

    /// Runs what the database lacks.
    ///
    /// - Parameters:
    ///   - connection: A writing connection that nobody else uses.
    ///   - appliedAtMilliseconds: The wall-clock time to record, in Unix milliseconds.
    ///   - keepsCopy: Whether a database with content is copied first.
    /// - Returns: What ran, and where the copy lies.
    /// - Throws: `schema_too_new`, `schema_mismatch`, `migration_failed`, or what SQLite says.
    public func migrate(
        _ connection: Connection, appliedAtMilliseconds: Int64, keepsCopy: Bool = true
    ) throws -> MigrationReport {
        let history = try MigrationHistory.read(from: connection)
        let pending = try history.pending(of: migrations, path: connection.path)
        guard !pending.isEmpty else {
            return report(history, applied: [], copyPath: nil)
        }
        let copyPath = keepsCopy ? try copyIfNeeded(connection, history) : nil
        for migration in pending {
            try apply(migration, to: connection, appliedAtMilliseconds)
        }
        return report(history, applied: pending, copyPath: copyPath)
    }

    /// Tells what `migrate` would run on the database at `path`, changing nothing.
    ///
    /// Neither the file nor anything beside it is created or touched: a missing file is an empty database, and
    /// one with an unfinished log is read from a private copy.
    ///
    /// - Parameter path: The real database.
    /// - Returns: The migrations that would run, in order.
    /// - Throws: What `migrate` would throw before changing anything.
    public func pending(at path: String) throws -> [Migration] {
        try UntouchedDatabase.read(at: path) { connection in
            guard let connection else { return migrations }
            return try MigrationHistory.read(from: connection).pending(of: migrations, path: path)
        }
    }

    /// Refuses a database that this program cannot bring up to date, and changes nothing.
    ///
    /// - Parameter connection: Any connection to it.
    /// - Throws: `schema_too_new` or `schema_mismatch`.
    public func check(_ connection: Connection) throws {
        let history = try MigrationHistory.read(from: connection)
        guard history.current > 0 else {
            throw SQLiteFailure(
                .schemaMismatch, operation: "open \(connection.path)", detail: "it is an empty database")
        }
        _ = try history.pending(of: migrations, path: connection.path)
    }

    private func report(
        _ history: MigrationHistory, applied: [Migration], copyPath: String?
    ) -> MigrationReport {
        let current = applied.last?.number ?? history.current
        return MigrationReport(
            previous: history.current, current: current, applied: applied, copyPath: copyPath)
    }

    private func copyIfNeeded(_ connection: Connection, _ history: MigrationHistory) throws -> String? {
        guard history.current > 0 else { return nil }
        let target = "\(connection.path).schema-\(history.current).copy"
        try DatabaseCopy.write(connection, to: target)
        return target
    }

    private func apply(
        _ migration: Migration, to connection: Connection, _ appliedAtMilliseconds: Int64
    ) throws {
        let script = MigrationScript(migration)
        try connection.transaction {
            try connection.execute(MigrationHistory.createTable)
            try script.run(on: connection)
            try script.checkForeignKeys(on: connection)
            try connection.execute(
                "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)",
                [
                    .integer(Int64(migration.number)), .text(migration.name), .text(migration.checksum),
                    .integer(appliedAtMilliseconds),
                ])
        }
    }
}
