/// Why a text is not the YAML that was asked for, and where.
public struct YAMLFailure: Error, Sendable, Equatable {
    /// The kinds of failure a caller may tell apart.
    public enum Code: String, Sendable {
        /// A byte or word that the grammar does not allow here.
        case syntax
        /// An alias whose anchor does not stand before it.
        case unknownAlias = "unknown_alias"
        /// A mapping names one key twice.
        case duplicateKey = "duplicate_key"
        /// A key that is a sequence or a mapping.
        case keyNotText = "key_not_text"
        /// More is open at once, or there is more in all, than the limits allow.
        case limit
        /// No memory is left.
        case memory
    }

    /// What kind of failure it is.
    public let code: Code
    /// What was expected and what was found, for people.
    public let message: String
    /// Line, from 1.
    public let line: Int
    /// Column in characters, from 1.
    public let column: Int
    /// The line concerned with a mark below the column; empty when there is none.
    public let excerpt: String

    init(_ code: Code, _ message: String, at place: YAMLPlace, excerpt: String = "") {
        self.code = code
        self.message = message
        line = place.line + 1
        column = place.column + 1
        self.excerpt = excerpt
    }

    /// The same failure with the line of the text that it is about.
    func shown(in bytes: [UInt8]) -> YAMLFailure {
        let place = YAMLPlace(line: line - 1, column: column - 1)
        return YAMLFailure(code, message, at: place, excerpt: YAMLExcerpt.text(bytes, place))
    }
}

extension YAMLFailure: CustomStringConvertible {
    /// The message with its place, like `did not find expected ',' or ']' (line 3, column 9)`.
    ///
    /// The line concerned stands below it when it is known.
    public var description: String {
        "\(message) (line \(line), column \(column))" + (excerpt.isEmpty ? "" : "\n\(excerpt)")
    }
}
