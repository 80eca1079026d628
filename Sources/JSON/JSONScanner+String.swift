/// A scanned string: its content's bytes, and whether they must be unescaped.
struct StringToken {
    let start: Int
    let end: Int
    let escaped: Bool
}

extension JSONScanner {
    /// Moves past the string at its opening quote, checking UTF-8 and escapes without making a `String`.
    mutating func scanString() throws(JSONError) -> StringToken {
        let start = at + 1
        var index = start
        var escaped = false
        while true {
            index = Self.endOfPlainRun(bytes.span, from: index)
            guard index < bytes.count else {
                throw failure(.unexpectedEnd, "string is not closed", at: bytes.count)
            }
            let byte = bytes[index]
            if byte == Byte.quote {
                at = index + 1
                return StringToken(start: start, end: index, escaped: escaped)
            } else if byte == Byte.backslash {
                escaped = true
                index = try endOfEscape(index)
            } else if byte < Byte.space {
                throw failure(.syntax, "control character in a string", at: index)
            } else {
                index = try endOfSequence(index)
            }
        }
    }

    /// The string of a token.
    func string(_ token: StringToken) -> String {
        guard token.escaped else { return String(decoding: bytes[token.start..<token.end], as: UTF8.self) }
        return String(decoding: unescaped(token), as: UTF8.self)
    }

    /// The bytes of a token's string.
    func utf8(_ token: StringToken) -> ArraySlice<UInt8> {
        token.escaped ? unescaped(token)[...] : bytes[token.start..<token.end]
    }

    /// The index of the first byte that is a quote, a backslash, a control character or not ASCII.
    private static func endOfPlainRun(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        // Eight at a time: the lowest marked byte is exact, whatever a borrow marks above it.
        while index + 8 <= bytes.count {
            let loaded = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            let word = UInt64(littleEndian: loaded)
            let quote = word ^ 0x2222_2222_2222_2222
            let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
            let low = (word &- 0x2020_2020_2020_2020) & ~word
            let marks =
                (low | word | (quote &- 0x0101_0101_0101_0101) & ~quote
                    | (backslash &- 0x0101_0101_0101_0101) & ~backslash) & 0x8080_8080_8080_8080
            guard marks == 0 else { return index + marks.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == Byte.quote || byte == Byte.backslash || byte &- Byte.space >= 0x60 { break }
            index += 1
        }
        return index
    }

    /// Checks one multi-byte sequence after table 3-7 of the Unicode standard and returns the index after it.
    private func endOfSequence(_ index: Int) throws(JSONError) -> Int {
        let first = bytes[index]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if first == 0xE0 { second = 0xA0...0xBF }
            if first == 0xED { second = 0x80...0x9F }
        case 0xF0...0xF4:
            length = 4
            if first == 0xF0 { second = 0x90...0xBF }
            if first == 0xF4 { second = 0x80...0x8F }
        default: throw failure(.invalidUTF8, "string is not UTF-8", at: index)
        }
        for offset in 1..<length {
            guard index + offset < bytes.count else {
                throw failure(.unexpectedEnd, "string is not closed", at: bytes.count)
            }
            guard (offset == 1 ? second : 0x80...0xBF).contains(bytes[index + offset]) else {
                throw failure(.invalidUTF8, "string is not UTF-8", at: index)
            }
        }
        return index + length
    }

    /// Checks the escape at a backslash and returns the index after it.
    private func endOfEscape(_ index: Int) throws(JSONError) -> Int {
        guard index + 1 < bytes.count else {
            throw failure(.unexpectedEnd, "string is not closed", at: bytes.count)
        }
        guard bytes[index + 1] == Byte.lowerU else {
            guard Self.simpleEscape(bytes[index + 1]) != nil else {
                throw failure(.invalidEscape, "unknown escape \\\(quoted(index + 1))", at: index)
            }
            return index + 2
        }
        let unit = try hexUnit(index)
        guard unit & 0xF800 == 0xD800 else { return index + 6 }
        guard unit < 0xDC00 else {
            throw failure(.invalidEscape, "low surrogate without a high one", at: index)
        }
        guard try isEscapeStart(index + 6), try hexUnit(index + 6) & 0xFC00 == 0xDC00 else {
            throw failure(.invalidEscape, "high surrogate without a low one", at: index)
        }
        return index + 12
    }

    /// Whether `\u` is at the index; the end of the document is an error.
    private func isEscapeStart(_ index: Int) throws(JSONError) -> Bool {
        for (place, byte) in [(index, Byte.backslash), (index + 1, Byte.lowerU)] {
            guard place < bytes.count else {
                throw failure(.unexpectedEnd, "string is not closed", at: bytes.count)
            }
            guard bytes[place] == byte else { return false }
        }
        return true
    }

    /// The UTF-16 unit of the `\uXXXX` at the index.
    private func hexUnit(_ index: Int) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for place in index + 2..<index + 6 {
            guard place < bytes.count else {
                throw failure(.unexpectedEnd, "string is not closed", at: bytes.count)
            }
            guard let digit = Byte.hexValue(bytes[place]) else {
                throw failure(.invalidEscape, "expected four hexadecimal digits after \\u", at: place)
            }
            unit = unit << 4 | digit
        }
        return unit
    }

    /// The byte that a one-letter escape stands for.
    private static func simpleEscape(_ letter: UInt8) -> UInt8? {
        switch letter {
        case Byte.quote, Byte.backslash, Byte.slash: letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): Byte.newline
        case UInt8(ascii: "r"): Byte.carriageReturn
        case UInt8(ascii: "t"): Byte.tab
        default: nil
        }
    }

    /// The content of a checked token with its escapes resolved, as UTF-8.
    private func unescaped(_ token: StringToken) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(token.end - token.start)
        var index = token.start
        while index < token.end {
            let byte = bytes[index]
            if byte != Byte.backslash {
                result.append(byte)
                index += 1
            } else if let simple = Self.simpleEscape(bytes[index + 1]) {
                result.append(simple)
                index += 2
            } else {
                let (scalar, length) = checkedScalar(index)
                result.append(contentsOf: String(Character(scalar)).utf8)
                index += length
            }
        }
        return result
    }

    /// The scalar of a `\u` escape or pair that `endOfEscape` has accepted, and the escape's length.
    private func checkedScalar(_ index: Int) -> (scalar: Unicode.Scalar, length: Int) {
        let unit = (try? hexUnit(index)) ?? 0xFFFD
        guard unit & 0xF800 == 0xD800 else { return (Unicode.Scalar(unit) ?? "\u{FFFD}", 6) }
        let low = (try? hexUnit(index + 6)) ?? 0xDC00
        let value = 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
        return (Unicode.Scalar(value) ?? "\u{FFFD}", 12)
    }
}
