extension JSONReader {
    /// Moves past the next value when its bytes are those of a passage, else leaves it and returns false.
    ///
    /// An array or object ends itself, so equal bytes are an equal value.
    public mutating func skip(ifSameAs passage: JSONPassage) throws(JSONError) -> Bool {
        _ = try nextKind()
        guard passage.depth == scanner.depth, passage.maxDepth == scanner.limits.maxDepth,
            scanner.holds(passage.bytes.span, at: scanner.at)
        else { return false }
        scanner.at += passage.bytes.count
        didReadValue()
        return true
    }

    /// Lets `read` take exactly one value, and gives its bytes; nil unless it is an array or object of at most
    /// so many.
    public mutating func passage(
        maxBytes: Int, _ read: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) -> JSONPassage? {
        let kind = try nextKind()
        let start = scanner.at
        let depth = scanner.depth
        try read(&self)
        guard kind == .array || kind == .object, scanner.depth == depth, scanner.at - start <= maxBytes else {
            return nil
        }
        return JSONPassage(
            bytes: Array(scanner.bytes[start..<scanner.at]), depth: depth, maxDepth: scanner.limits.maxDepth)
    }
}

extension JSONScanner {
    /// Whether the document has these bytes at that place.
    func holds(_ expected: Span<UInt8>, at start: Int) -> Bool {
        let document = bytes.span
        guard expected.count <= document.count - start else { return false }
        var index = 0
        while index + 8 <= expected.count {
            let found = unsafe document.bytes.unsafeLoadUnaligned(
                fromByteOffset: start + index, as: UInt64.self)
            let wanted = unsafe expected.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard found == wanted else { return false }
            index += 8
        }
        while index < expected.count {
            guard document[start + index] == expected[index] else { return false }
            index += 1
        }
        return true
    }
}
