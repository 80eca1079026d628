internal import CSQLite
internal import Model

/// One prepared statement.
///
/// Ownership: owns its `sqlite3_stmt` and finalizes it when the last reference goes. It is a class because a
/// dictionary of the cache holds it. Not thread-safe: it belongs to the job that has its connection.
final class Statement {
    let sql: String
    private let handle: OpaquePointer
    /// Whether a caller is stepping it; a nested use of the same text gets another statement.
    var isInUse = false

    init(owning handle: OpaquePointer, sql: String) {
        self.handle = handle
        self.sql = sql
    }

    deinit {
        // "If the most recent evaluation failed, sqlite3_finalize() returns that error": it was thrown already.
        sqlite3_finalize(handle)
    }

    /// Prepares the first statement of `sql`; nil when there is only space or comment.
    ///
    /// - Returns: The statement and the number of UTF-8 bytes it took.
    static func prepare(
        _ sql: String, on database: OpaquePointer, persistent: Bool
    ) throws(SQLiteFailure) -> (statement: Statement?, consumed: Int) {
        var handle: OpaquePointer?
        var consumed = 0
        let flags = persistent ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
        let code = sql.withCString { start in
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v3(database, start, -1, flags, &handle, &tail)
            consumed = tail.map { $0 - start } ?? 0
            return code
        }
        guard code == SQLITE_OK else {
            throw SQLiteFailure(code: code, database: database, operation: "prepare \(shortened(sql))")
        }
        return (handle.map { Statement(owning: $0, sql: sql) }, consumed)
    }

    static func shortened(_ sql: String) -> String {
        guard sql.utf8.count > SQLiteLimits.shownStatementCharacters else { return sql }
        return String(sql.prefix(SQLiteLimits.shownStatementCharacters)) + "…"
    }

    func bind(_ values: [SQLiteValue]) throws(SQLiteFailure) {
        let wanted = Int(sqlite3_bind_parameter_count(handle))
        guard values.count == wanted else {
            throw SQLiteFailure(
                .misuse, operation: "bind \(Self.shortened(sql))",
                detail: "the statement takes \(wanted) values, \(values.count) were given")
        }
        for (position, value) in values.enumerated() {
            let code = bind(value, at: Int32(position + 1))
            guard code == SQLITE_OK else { throw failure(code, "bind") }
        }
    }

    private func bind(_ value: SQLiteValue, at index: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(handle, index)
        case .integer(let number): return sqlite3_bind_int64(handle, index, number)
        case .real(let number): return sqlite3_bind_double(handle, index, number)
        case .text(var text):
            return text.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) {
                    csqlite_bind_text(handle, index, $0.baseAddress, UInt64($0.count))
                }
            }
        case .blob(let bytes):
            return bytes.withUnsafeBytes {
                csqlite_bind_blob(handle, index, $0.baseAddress, UInt64($0.count))
            }
        }
    }

    /// Goes to the next row.
    ///
    /// - Returns: False when there is none.
    func step() throws(SQLiteFailure) -> Bool {
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure(code, "run")
        }
    }

    /// Ends the evaluation and lets go of its values.
    func reset() {
        // sqlite3_reset() repeats the error of the last step, which was thrown already.
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    var columnCount: Int { Int(sqlite3_column_count(handle)) }

    func value(at column: Int32) -> SQLiteValue {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: .real(sqlite3_column_double(handle, column))
        case SQLITE_TEXT: text(at: column).map { .text($0) } ?? .blob(bytes(at: column))
        case SQLITE_BLOB: .blob(bytes(at: column))
        default: .null
        }
    }

    func isNull(at column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    /// The UUID in a text, read where SQLite has it; nil for anything else.
    func uuid(at column: Int32) -> UUIDValue? {
        guard sqlite3_column_type(handle, column) == SQLITE_TEXT,
            let start = sqlite3_column_text(handle, column)
        else { return nil }
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
        return UUIDValue(utf8: bytes.span)
    }

    func name(of column: Int32) -> String {
        sqlite3_column_name(handle, column).map { String(cString: $0) } ?? "column \(column)"
    }

    /// Text that is not valid UTF-8 is nil: it is not repaired silently.
    private func text(at column: Int32) -> String? {
        guard let start = sqlite3_column_text(handle, column) else { return nil }
        let buffer = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
        return String(validating: buffer, as: UTF8.self)
    }

    private func bytes(at column: Int32) -> [UInt8] {
        // "The return value from sqlite3_column_blob() for a zero-length BLOB is a NULL pointer."
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    private func failure(_ code: Int32, _ verb: String) -> SQLiteFailure {
        SQLiteFailure(
            code: code, database: sqlite3_db_handle(handle), operation: "\(verb) \(Self.shortened(sql))")
    }
}
