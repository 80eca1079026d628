/// A JSON value as a tree that remembers where each value stood, so that validation can point at it.
///
/// Equality compares values only: offsets do not count, nor does the order of an object's members.
public struct JSONNode: Sendable {
    /// What a node holds.
    public enum Value: Sendable, Equatable {
        /// The literal `null`.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// A number with its exact text.
        case number(JSONNumber)
        /// A string.
        case string(String)
        /// The elements of an array.
        case array([JSONNode])
        /// The members of an object in document order.
        case object([JSONMember])

        /// Equal values; members of objects in any order.
        public static func == (left: Value, right: Value) -> Bool {
            switch (left, right) {
            case (.null, .null): true
            case (.bool(let left), .bool(let right)): left == right
            case (.number(let left), .number(let right)): left == right
            case (.string(let left), .string(let right)): left == right
            case (.array(let left), .array(let right)): left == right
            case (.object(let left), .object(let right)): JSONMember.sameMembers(left, right)
            default: false
            }
        }
    }

    /// What the node holds.
    public var value: Value
    /// Byte offset of the value's first byte in its document; -1 for a node that was built.
    public var offset: Int

    /// Makes a node; one that stands in no document has offset -1.
    public init(_ value: Value, offset: Int = -1) {
        self.value = value
        self.offset = offset
    }

    /// Reads one document, refusing whatever RFC 8259 does, duplicate keys, and documents beyond the limits.
    public static func parse(
        _ bytes: [UInt8], limits: JSONLimits = .standard
    ) throws(JSONError) -> JSONNode {
        var scanner = try JSONScanner(bytes, limits: limits)
        let node = try scanner.parseValue()
        try scanner.finish()
        return node
    }

    /// Line and column, both from 1, of a byte offset; columns count characters, not bytes.
    public static func position(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for index in 0..<min(max(offset, 0), bytes.count) {
            if bytes[index] == Byte.newline {
                line += 1
                column = 1
            } else if bytes[index] & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }
}

extension JSONNode: Equatable {
    /// Equal values, wherever they stand.
    public static func == (left: JSONNode, right: JSONNode) -> Bool { left.value == right.value }
}
