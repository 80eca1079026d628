public import Model

/// The current row of a query.
///
/// Valid only inside the closure that receives it. Reading is strict: a value of another type throws
/// `wrong_type`, for what a file contains is the world's doing.
public struct Row {
    private let statement: Statement

    init(borrowing statement: Statement) { self.statement = statement }

    /// How many columns there are.
    public var count: Int { statement.columnCount }

    /// Reads a column as it is stored.
    ///
    /// - Parameter column: The position, from 0.
    /// - Returns: The value; text that is not valid UTF-8 comes as its bytes.
    public func value(_ column: Int) -> SQLiteValue {
        statement.value(at: checked(column))
    }

    /// Whether a column is NULL.
    ///
    /// - Parameter column: The position, from 0.
    /// - Returns: True for NULL.
    public func isNull(_ column: Int) -> Bool { statement.isNull(at: checked(column)) }

    /// Reads an integer.
    public func int64(_ column: Int) throws(SQLiteFailure) -> Int64 {
        guard case .integer(let number) = value(column) else { throw mismatch(column, "an integer") }
        return number
    }

    /// Reads an integer that fits `Int`.
    public func int(_ column: Int) throws(SQLiteFailure) -> Int { Int(try int64(column)) }

    /// Reads 0 or 1.
    public func flag(_ column: Int) throws(SQLiteFailure) -> Bool {
        let number = try int64(column)
        guard number == 0 || number == 1 else { throw mismatch(column, "0 or 1") }
        return number == 1
    }

    /// Reads a number; an integer is converted.
    public func double(_ column: Int) throws(SQLiteFailure) -> Double {
        switch value(column) {
        case .real(let number): return number
        case .integer(let number): return Double(number)
        default: throw mismatch(column, "a number")
        }
    }

    /// Reads text.
    public func string(_ column: Int) throws(SQLiteFailure) -> String {
        guard case .text(let text) = value(column) else { throw mismatch(column, "text") }
        return text
    }

    /// Reads bytes.
    public func bytes(_ column: Int) throws(SQLiteFailure) -> [UInt8] {
        guard case .blob(let bytes) = value(column) else { throw mismatch(column, "bytes") }
        return bytes
    }

    /// Reads a UUID from its text.
    public func uuid(_ column: Int) throws(SQLiteFailure) -> UUIDValue {
        guard let uuid = statement.uuid(at: checked(column)) else { throw mismatch(column, "a UUID") }
        return uuid
    }

    /// Reads a typed identifier from its text.
    public func identifier<Tag>(_ column: Int) throws(SQLiteFailure) -> Identifier<Tag> {
        Identifier(try uuid(column))
    }

    /// Reads a column that may be NULL.
    ///
    /// - Parameters:
    ///   - column: The position, from 0.
    ///   - read: Reads a present value, as in `try row.optional(2, row.string)`.
    /// - Returns: The value, or nil for NULL.
    /// - Throws: What `read` throws.
    public func optional<Value>(
        _ column: Int, _ read: (Int) throws(SQLiteFailure) -> Value
    ) throws(SQLiteFailure) -> Value? {
        isNull(column) ? nil : try read(column)
    }

    private func checked(_ column: Int) -> Int32 {
        precondition(column >= 0 && column < count, "the query has \(count) columns, \(column) was read")
        return Int32(column)
    }

    private func mismatch(_ column: Int, _ expected: String) -> SQLiteFailure {
        SQLiteFailure(
            .wrongType, operation: "read \(Statement.shortened(statement.sql))",
            detail: "column \(statement.name(of: Int32(column))) does not hold \(expected)")
    }
}
