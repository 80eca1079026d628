extension JSONReader {
    /// Reads a string.
    public mutating func readString() throws(JSONError) -> String {
        try begin(.string)
        let token = try scanner.scanString()
        didReadValue()
        return scanner.string(token)
    }

    /// Reads a string as its UTF-8 bytes; without escapes they are a slice of the document, and nothing is copied.
    public mutating func readStringBytes() throws(JSONError) -> ArraySlice<UInt8> {
        try begin(.string)
        let token = try scanner.scanString()
        didReadValue()
        return scanner.utf8(token)
    }

    /// Reads a string, or `null` as nil.
    public mutating func readStringIfPresent() throws(JSONError) -> String? {
        try readNullIfPresent() ? nil : try readString()
    }

    /// Reads a boolean.
    public mutating func readBool() throws(JSONError) -> Bool {
        try begin(.bool)
        let value = try scanner.scanBool()
        didReadValue()
        return value
    }

    /// Reads a number that must be exactly a 64-bit integer.
    public mutating func readInt64() throws(JSONError) -> Int64 { try readInteger() }

    /// Reads a number that must be exactly an unsigned 64-bit integer.
    public mutating func readUInt64() throws(JSONError) -> UInt64 { try readInteger() }

    /// Reads a number that must be exactly an `Int`.
    public mutating func readInt() throws(JSONError) -> Int { try readInteger() }

    /// Reads a number that the given integer type must hold exactly.
    public mutating func readInteger<T: FixedWidthInteger>(
        _ type: T.Type = T.self
    ) throws(JSONError) -> T {
        let token = try readNumberToken()
        guard let value: T = scanner.decimal(token).integer() else {
            throw scanner.failure(
                .numberRange, "number \(scanner.text(token)) does not fit \(T.self)", at: token.start)
        }
        return value
    }

    /// Reads a number as the nearest double.
    public mutating func readDouble() throws(JSONError) -> Double {
        let token = try readNumberToken()
        guard let value = scanner.decimal(token).double(text: scanner.text(token)) else {
            throw scanner.failure(.numberRange, "number is too large", at: token.start)
        }
        return value
    }

    /// Reads a number with its exact text.
    public mutating func readNumber() throws(JSONError) -> JSONNumber {
        JSONNumber(checked: scanner.text(try readNumberToken()))
    }

    /// Consumes a `null` and returns true, or leaves any other value and returns false.
    public mutating func readNullIfPresent() throws(JSONError) -> Bool {
        guard try nextKind() == .null else { return false }
        try scanner.scanLiteral("null")
        didReadValue()
        return true
    }

    /// Reads the next value as a tree.
    public mutating func readNode() throws(JSONError) -> JSONNode {
        _ = try nextKind()
        let node = try scanner.parseValue()
        didReadValue()
        return node
    }

    /// Moves past the next value, checking it like any other.
    public mutating func skipValue() throws(JSONError) {
        switch try nextKind() {
        case .object:
            try beginObject()
            while try nextKey() { try skipValue() }
        case .array:
            try beginArray()
            while try nextElement() { try skipValue() }
        case .string: _ = try scanner.scanString()
        case .number: _ = try scanner.scanNumber()
        case .bool: _ = try scanner.scanBool()
        case .null: try scanner.scanLiteral("null")
        }
        didReadValue()
    }

    private mutating func readNumberToken() throws(JSONError) -> NumberToken {
        try begin(.number)
        let token = try scanner.scanNumber()
        didReadValue()
        return token
    }
}
