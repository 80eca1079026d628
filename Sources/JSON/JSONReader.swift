/// A pull reader for hot messages: the caller walks the document and nothing is built on the way.
///
/// It is as strict as ``JSONNode/parse(_:limits:)``, duplicate keys included, also in what is skipped.
/// After an error the reader is of no further use.
///
/// ```swift
/// var reader = try JSONReader(bytes)
/// try reader.beginObject()
/// while try reader.nextKey() {
///     if reader.keyIs("name") { name = try reader.readString() }
///     else { try reader.skipValue() }
/// }
/// try reader.end()
/// ```
public struct JSONReader {
    var scanner: JSONScanner
    /// Whether a comma must come before the next key or element.
    private var needsComma = false
    private var keys = ReaderKeys()
    private var currentKey = StringToken(start: 0, end: 0, escaped: false)

    /// How many bytes the current key has; -1 when it must be unescaped first.
    @usableFromInline var keyLength = 0

    /// Byte offset of the value read last, for errors about it.
    public internal(set) var valueOffset = 0

    /// Starts before the document's only value.
    public init(_ bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        scanner = try JSONScanner(bytes, limits: limits)
    }

    /// Enters an object; ``nextKey()`` follows.
    public mutating func beginObject() throws(JSONError) {
        try begin(.object)
        try scanner.open()
        keys.push()
    }

    /// Moves to the next member's value, or leaves the object and returns false.
    public mutating func nextKey() throws(JSONError) -> Bool {
        let byte = try scanner.peekExpecting("a key or '}'")
        if byte == Byte.closeBrace {
            scanner.close()
            keys.pop()
            needsComma = true
            return false
        }
        try separate(byte, "',' or '}'")
        guard try scanner.peekExpecting("a key") == Byte.quote else { throw scanner.unexpected("a key") }
        let offset = scanner.at
        currentKey = try scanner.scanString()
        keyLength = currentKey.escaped ? -1 : currentKey.end - currentKey.start
        guard keys.insert(currentKey, in: scanner) else {
            throw scanner.failure(.duplicateKey, "duplicate key \"\(key)\"", at: offset)
        }
        try scanner.expect(Byte.colon, "':'")
        return true
    }

    /// Whether the current member has this name; compares bytes and makes no `String`.
    ///
    /// Most names differ in length, which is told without a call.
    @inlinable
    public func keyIs(_ name: StaticString) -> Bool {
        guard keyLength == name.utf8CodeUnitCount || keyLength < 0 else { return false }
        return keyMatches(name)
    }

    @usableFromInline
    func keyMatches(_ name: StaticString) -> Bool {
        guard !currentKey.escaped else { return key == name.description }
        return name.withUTF8Buffer { buffer in
            scanner.holds(unsafe Span(_unsafeElements: buffer), at: currentKey.start)
        }
    }

    /// The current member's name.
    public var key: String { scanner.string(currentKey) }

    /// Enters an array; ``nextElement()`` follows.
    public mutating func beginArray() throws(JSONError) {
        try begin(.array)
        try scanner.open()
    }

    /// Moves to the next element, or leaves the array and returns false.
    public mutating func nextElement() throws(JSONError) -> Bool {
        let byte = try scanner.peekExpecting("a value or ']'")
        if byte == Byte.closeBracket {
            scanner.close()
            needsComma = true
            return false
        }
        try separate(byte, "',' or ']'")
        return true
    }

    /// Requires that the document is complete and nothing follows it.
    public mutating func end() throws(JSONError) {
        guard scanner.depth == 0 else {
            throw scanner.failure(.unexpectedEnd, "\(scanner.depth) arrays or objects are still open")
        }
        try scanner.finish()
    }

    /// An error about the value read last, for checks that the reader cannot make.
    public func failure(_ code: JSONError.Code, _ message: String) -> JSONError {
        scanner.failure(code, message, at: valueOffset)
    }

    /// The kind of the value that comes next; it is not consumed.
    public mutating func nextKind() throws(JSONError) -> JSONKind {
        guard let kind = JSONKind(startingWith: try scanner.peekExpecting("a value")) else {
            throw scanner.unexpected("a value")
        }
        valueOffset = scanner.at
        return kind
    }

    /// Requires that a value of this kind comes next.
    mutating func begin(_ kind: JSONKind) throws(JSONError) {
        let found = try nextKind()
        guard found == kind else {
            throw scanner.failure(.typeMismatch, "expected \(kind.phrase), found \(found.phrase)")
        }
        needsComma = false
    }

    /// Notes that a value has been consumed.
    mutating func didReadValue() {
        needsComma = true
    }

    private mutating func separate(_ byte: UInt8, _ what: StaticString) throws(JSONError) {
        guard needsComma else { return }
        guard byte == Byte.comma else { throw scanner.unexpected(what) }
        scanner.at += 1
        needsComma = false
    }
}
