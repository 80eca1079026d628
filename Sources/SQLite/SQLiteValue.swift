public import Model

/// One value as SQLite stores it.
public enum SQLiteValue: Sendable, Hashable {
    /// No value.
    case null
    /// A signed integer.
    case integer(Int64)
    /// A floating-point number; SQLite stores NaN as NULL.
    case real(Double)
    /// Unicode text; it may contain U+0000.
    case text(String)
    /// Bytes.
    case blob([UInt8])

    /// A truth value, stored as 0 or 1.
    ///
    /// - Parameter value: The truth value.
    /// - Returns: The value to bind.
    public static func flag(_ value: Bool) -> SQLiteValue { .integer(value ? 1 : 0) }

    /// An identifier, stored as its hyphenated text so that people can read the file.
    ///
    /// - Parameter value: The identifier.
    /// - Returns: The value to bind.
    public static func uuid(_ value: UUIDValue) -> SQLiteValue { .text(value.description) }

    /// A typed identifier, stored as its hyphenated text.
    ///
    /// - Parameter value: The identifier.
    /// - Returns: The value to bind.
    public static func identifier<Tag>(_ value: Identifier<Tag>) -> SQLiteValue { .uuid(value.uuid) }

    /// A value that may be missing.
    ///
    /// - Parameters:
    ///   - value: The value, or nil for NULL.
    ///   - make: Turns a present value into one to bind, as in `.optional(name, SQLiteValue.text)`.
    /// - Returns: The value to bind.
    public static func optional<Value>(_ value: Value?, _ make: (Value) -> SQLiteValue) -> SQLiteValue {
        guard let value else { return .null }
        return make(value)
    }

    /// About how much memory the value takes.
    var estimatedBytes: Int {
        switch self {
        case .null, .integer, .real: 16
        case .text(let text): 32 + text.utf8.count
        case .blob(let bytes): 32 + bytes.count
        }
    }
}

extension SQLiteValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    /// Makes text of a literal.
    public init(stringLiteral value: String) { self = .text(value) }
    /// Makes an integer of a literal.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// Makes a floating-point number of a literal.
    public init(floatLiteral value: Double) { self = .real(value) }
    /// Makes 0 or 1 of a literal.
    public init(booleanLiteral value: Bool) { self = .flag(value) }
    /// Makes NULL of a literal.
    public init(nilLiteral: ()) { self = .null }
}
