internal import CSQLite

/// One open database.
///
/// Opened without SQLite's own mutex and not `Sendable`: exactly one job uses it at a time. Ownership: owns
/// its `sqlite3` and every cached statement, and closes both in `close()` or when the last reference goes.
public final class Connection {
    /// The path it was opened with.
    public let path: String
    let database: OpaquePointer
    let signals = ConnectionSignals()
    private(set) var cache: StatementCache
    private(set) var isOpen = true
    /// The online copy that is being made from this connection.
    var backup: DatabaseBackup?
    private var rowsLeft: Int?

    /// Opens a database.
    ///
    /// A writing connection uses a write-ahead log, `synchronous=FULL` and foreign keys, and never
    /// checkpoints by itself.
    ///
    /// - Parameter options: Where and how.
    /// - Throws: `cannot_open`, `not_a_database` or what else SQLite says.
    public init(_ options: ConnectionOptions) throws(SQLiteFailure) {
        path = options.path
        cache = StatementCache(limit: options.cachedStatements)
        if options.access == .readWrite { try DatabaseFile.createPrivately(at: options.path) }
        database = try Self.openHandle(options)
        try configure(options)
        signals.install(on: database)
    }

    deinit {
        close()
    }

    /// Finalizes every statement and closes the database; later calls do nothing.
    ///
    /// The last connection of a file checkpoints its log, so this belongs on a worker thread.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        backup = nil
        cache.removeAll()
        sqlite3_progress_handler(database, 0, nil, nil)
        sqlite3_wal_hook(database, nil, nil)
        // Never fails: "sqlite3_close_v2() returns SQLITE_OK" and frees the database after its last statement.
        sqlite3_close_v2(database)
    }

    /// Runs one statement and discards its rows.
    ///
    /// - Parameters:
    ///   - sql: Exactly one statement.
    ///   - values: As many values as it has parameters.
    /// - Returns: Rows changed by the last INSERT, UPDATE or DELETE of the connection.
    /// - Throws: What SQLite says.
    @discardableResult
    public func execute(_ sql: String, _ values: [SQLiteValue] = []) throws(SQLiteFailure) -> Int {
        let statement = try take(sql)
        defer { cache.giveBack(statement) }
        try statement.bind(values)
        while try statement.step() {}
        return Int(sqlite3_changes64(database))
    }

    /// Runs one change.
    ///
    /// - Parameter change: The statement and its values.
    /// - Returns: Rows changed.
    /// - Throws: What SQLite says.
    @discardableResult
    public func execute(_ change: RowStatement) throws(SQLiteFailure) -> Int {
        try execute(change.sql, change.values)
    }

    /// Calls `body` for every row of a query.
    ///
    /// - Parameters:
    ///   - sql: Exactly one statement.
    ///   - values: As many values as it has parameters.
    ///   - body: Reads a row, which is valid until it returns; what it throws ends the query.
    /// - Throws: What SQLite says, `row_limit_exceeded`, or what `body` throws.
    public func forEach(_ sql: String, _ values: [SQLiteValue] = [], _ body: (Row) throws -> Void) throws {
        let statement = try take(sql)
        defer { cache.giveBack(statement) }
        try statement.bind(values)
        while try statement.step() {
            try countRow(sql)
            try body(Row(borrowing: statement))
        }
    }

    /// Returns what `read` makes of every row of a query.
    ///
    /// - Parameters:
    ///   - sql: Exactly one statement.
    ///   - values: As many values as it has parameters.
    ///   - read: Makes a value of a row.
    /// - Returns: The values in the order of the rows.
    /// - Throws: What SQLite says, `row_limit_exceeded`, or what `read` throws.
    public func query<Value>(
        _ sql: String, _ values: [SQLiteValue] = [], _ read: (Row) throws -> Value
    ) throws -> [Value] {
        var found: [Value] = []
        try forEach(sql, values) { found.append(try read($0)) }
        return found
    }

    /// Returns what `read` makes of the first row of a query, or nil when there is none.
    ///
    /// - Parameters:
    ///   - sql: Exactly one statement.
    ///   - values: As many values as it has parameters.
    ///   - read: Makes a value of the row.
    /// - Returns: The value, or nil.
    /// - Throws: What SQLite says, or what `read` throws.
    public func first<Value>(
        _ sql: String, _ values: [SQLiteValue] = [], _ read: (Row) throws -> Value
    ) throws -> Value? {
        let statement = try take(sql)
        defer { cache.giveBack(statement) }
        try statement.bind(values)
        return try statement.step() ? try read(Row(borrowing: statement)) : nil
    }

    /// Bounds what `body` reads, in rows over all its queries and in time.
    ///
    /// - Parameters:
    ///   - rows: Rows in total.
    ///   - milliseconds: Time for everything.
    ///   - body: The reads.
    /// - Returns: What `body` returns.
    /// - Throws: `row_limit_exceeded`, `deadline_exceeded`, or what `body` throws.
    public func limited<Value>(
        rows: Int, milliseconds: Int64, _ body: () throws -> Value
    ) throws -> Value {
        rowsLeft = rows
        signals.deadlineNanoseconds = ConnectionSignals.now + UInt64(max(milliseconds, 0)) * 1_000_000
        defer {
            rowsLeft = nil
            signals.deadlineNanoseconds = 0
        }
        do {
            return try body()
        } catch let failure as SQLiteFailure where failure.kind == .interrupted && signals.isLate {
            throw SQLiteFailure(
                .deadlineExceeded, operation: failure.operation,
                detail: "the read took longer than \(milliseconds) ms", cause: failure)
        }
    }

    private func take(_ sql: String) throws(SQLiteFailure) -> Statement {
        guard isOpen else {
            throw SQLiteFailure(
                .closed, operation: Statement.shortened(sql), detail: "the connection is closed")
        }
        return try cache.take(sql, on: database)
    }

    private func countRow(_ sql: String) throws(SQLiteFailure) {
        guard let left = rowsLeft else { return }
        guard left > 0 else {
            throw SQLiteFailure(
                .rowLimitExceeded, operation: "run \(Statement.shortened(sql))",
                detail: "the read has more rows than it may return")
        }
        rowsLeft = left - 1
    }
}
