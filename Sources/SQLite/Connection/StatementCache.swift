/// The prepared statements of one connection, by their text.
///
/// Holds at most `SQLiteLimits.cachedStatements`; the one unused for longest goes first.
struct StatementCache {
    private struct Entry {
        let statement: Statement
        var lastUse: UInt64
    }

    private var entries: [String: Entry] = [:]
    private var clock: UInt64 = 0
    private let limit: Int
    /// How many statements were prepared so far.
    private(set) var prepared = 0

    init(limit: Int) { self.limit = limit }

    var count: Int { entries.count }

    /// Takes the statement of `sql`, prepared now if need be; give it back with `giveBack`.
    mutating func take(_ sql: String, on database: OpaquePointer) throws(SQLiteFailure) -> Statement {
        clock += 1
        if let entry = entries[sql], !entry.statement.isInUse {
            entries[sql]?.lastUse = clock
            entry.statement.isInUse = true
            return entry.statement
        }
        let statement = try prepareOnly(sql, on: database)
        statement.isInUse = true
        keep(statement)
        return statement
    }

    /// Resets a statement that was taken.
    func giveBack(_ statement: Statement) {
        statement.reset()
        statement.isInUse = false
    }

    /// Drops every statement.
    mutating func removeAll() { entries.removeAll() }

    private mutating func prepareOnly(_ sql: String, on database: OpaquePointer) throws(SQLiteFailure)
        -> Statement
    {
        let (statement, consumed) = try Statement.prepare(sql, on: database, persistent: true)
        guard let statement, !hasMore(sql, after: consumed) else {
            throw SQLiteFailure(
                .misuse, operation: "prepare \(Statement.shortened(sql))", detail: "one statement is expected"
            )
        }
        prepared += 1
        return statement
    }

    private func hasMore(_ sql: String, after consumed: Int) -> Bool {
        sql.utf8.dropFirst(consumed).contains { byte in
            byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\t")
        }
    }

    private mutating func keep(_ statement: Statement) {
        guard entries[statement.sql] == nil else { return }
        if entries.count >= limit,
            let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            entries[oldest.key] = nil
        }
        entries[statement.sql] = Entry(statement: statement, lastUse: clock)
    }
}
