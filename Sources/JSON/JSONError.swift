/// Why bytes are not the JSON that was asked for, and where.
public struct JSONError: Error, Sendable, Equatable {
    /// The kinds of failure a caller may tell apart.
    public enum Code: String, Sendable {
        /// A byte that the grammar does not allow here.
        case syntax
        /// The document ends in the middle of a value.
        case unexpectedEnd
        /// More arrays and objects are nested than the limit allows.
        case depth
        /// The document has more bytes than the limit allows.
        case size
        /// An object names one key twice.
        case duplicateKey
        /// A string is not well-formed UTF-8.
        case invalidUTF8
        /// An unknown escape, or half of a surrogate pair.
        case invalidEscape
        /// A number that the wanted type cannot hold.
        case numberRange
        /// Something other than white space follows the document.
        case trailingBytes
        /// A value of another kind than the wanted one.
        case typeMismatch
        /// A required member is absent.
        case missingKey
        /// A value of the right kind that its type refuses.
        case invalidValue
    }

    /// What kind of failure it is.
    public var code: Code
    /// What was expected and what was found, for people.
    public var message: String
    /// Byte offset in the document, from 0; -1 when the failure has no place in a document.
    public var offset: Int
    /// Line, from 1; 0 when unknown.
    public var line: Int
    /// Column in characters, from 1; 0 when unknown.
    public var column: Int
    /// The member concerned, like `ports[0].host_port`; empty for the whole document or when unknown.
    public var path: String

    /// Makes an error; the position may be filled in later by ``located(in:)``.
    public init(
        _ code: Code, _ message: String, offset: Int = -1, line: Int = 0, column: Int = 0, path: String = ""
    ) {
        self.code = code
        self.message = message
        self.offset = offset
        self.line = line
        self.column = column
        self.path = path
    }

    /// The same error with line and column worked out from the document it is about.
    public func located(in bytes: [UInt8]) -> JSONError {
        guard offset >= 0, line == 0 else { return self }
        var located = self
        (located.line, located.column) = JSONNode.position(of: offset, in: bytes)
        return located
    }
}

extension JSONError: CustomStringConvertible {
    /// Path, message and position in one line, like `ports[0].host_port: expected a number (line 3, column 9)`.
    public var description: String {
        var text = path.isEmpty ? message : "\(path): \(message)"
        if line > 0 {
            text += " (line \(line), column \(column))"
        } else if offset >= 0 {
            text += " (offset \(offset))"
        }
        return text
    }
}
