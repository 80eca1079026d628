/// The tokens of a document, checked against the grammar; shared by the tree parser and the pull reader.
///
/// It keeps the array and an index rather than a span, because a stored span would need an experimental feature.
struct JSONScanner {
    let bytes: [UInt8]
    let limits: JSONLimits
    /// The next byte to look at.
    var at = 0
    /// Arrays and objects open at `at`.
    var depth = 0

    init(_ bytes: [UInt8], limits: JSONLimits) throws(JSONError) {
        guard bytes.count <= limits.maxBytes else {
            throw JSONError(
                .size, "document of \(bytes.count) bytes is larger than \(limits.maxBytes)", offset: 0,
                line: 1,
                column: 1)
        }
        self.bytes = bytes
        self.limits = limits
    }

    /// Moves past white space and returns the byte there, or nil at the end.
    mutating func peek() -> UInt8? {
        let count = bytes.count
        while at < count {
            let byte = bytes[at]
            guard byte <= Byte.space else { return byte }
            guard
                byte == Byte.space || byte == Byte.newline || byte == Byte.tab || byte == Byte.carriageReturn
            else { return byte }
            at += 1
        }
        return nil
    }

    /// Moves past white space and returns the byte there; the end is an error.
    @inline(__always)
    mutating func peekExpecting(_ what: StaticString) throws(JSONError) -> UInt8 {
        if at < bytes.count, bytes[at] > Byte.space { return bytes[at] }
        guard let byte = peek() else { throw failure(.unexpectedEnd, "expected \(what), found the end") }
        return byte
    }

    /// Moves past white space and this byte, or says what was expected.
    mutating func expect(_ byte: UInt8, _ what: StaticString) throws(JSONError) {
        guard try peekExpecting(what) == byte else { throw unexpected(what) }
        at += 1
    }

    /// Moves past a literal whose first byte is already known to match.
    mutating func scanLiteral(_ literal: StaticString) throws(JSONError) {
        for offset in 0..<literal.utf8CodeUnitCount {
            guard at + offset < bytes.count else {
                throw failure(.unexpectedEnd, "expected \(literal), found the end", at: bytes.count)
            }
            guard literal.withUTF8Buffer({ unsafe $0[offset] }) == bytes[at + offset] else {
                throw failure(.syntax, "expected \(literal)")
            }
        }
        at += literal.utf8CodeUnitCount
    }

    /// Moves past `true` or `false`.
    mutating func scanBool() throws(JSONError) -> Bool {
        let value = bytes[at] == UInt8(ascii: "t")
        try scanLiteral(value ? "true" : "false")
        return value
    }

    /// Enters an array or object at its opening byte.
    mutating func open() throws(JSONError) {
        guard depth < limits.maxDepth else {
            throw failure(.depth, "nested deeper than \(limits.maxDepth)")
        }
        depth += 1
        at += 1
    }

    /// Leaves an array or object at its closing byte.
    mutating func close() {
        depth -= 1
        at += 1
    }

    /// Requires that nothing but white space is left.
    mutating func finish() throws(JSONError) {
        guard peek() == nil else {
            throw failure(.trailingBytes, "unexpected \(quoted(at)) after the document")
        }
    }

    /// An error at a place of this document, by default at the current one.
    func failure(_ code: JSONError.Code, _ message: String, at offset: Int? = nil) -> JSONError {
        JSONError(code, message, offset: offset ?? at).located(in: bytes)
    }

    /// The error for a byte the grammar does not allow here.
    func unexpected(_ what: StaticString) -> JSONError {
        failure(.syntax, "expected \(what), found \(quoted(at))")
    }

    /// A byte as it may appear in a message.
    func quoted(_ offset: Int) -> String {
        guard offset < bytes.count else { return "the end" }
        let byte = bytes[offset]
        guard byte > Byte.space, byte < 0x7F else { return "byte 0x" + String(byte, radix: 16) }
        return "'\(Character(Unicode.Scalar(byte)))'"
    }
}
