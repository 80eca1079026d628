/// An append-only writer of JSON into bytes; commas and colons come by themselves.
///
/// The caller keeps begin and end balanced and gives every key one value.
/// Infinities and NaN, which JSON does not know, are written as `null`.
public struct JSONWriter {
    /// What has been written so far.
    public private(set) var bytes: [UInt8] = []
    private let pretty: Bool
    /// Whether a comma must come before the next key or element.
    private var needsComma = false
    /// Whether a key stands before the next value.
    private var afterKey = false
    private var depth = 0

    /// Makes a writer with room for that many bytes; `pretty` breaks lines and indents by two spaces.
    public init(reserving capacity: Int = 0, pretty: Bool = false) {
        self.pretty = pretty
        bytes.reserveCapacity(capacity)
    }

    /// Forgets what was written, to start another document in the same storage.
    public mutating func reset(keepingCapacity: Bool = true) {
        bytes.removeAll(keepingCapacity: keepingCapacity)
        needsComma = false
        afterKey = false
        depth = 0
    }

    /// Opens an object.
    public mutating func beginObject() { begin(Byte.openBrace) }

    /// Closes the innermost object.
    public mutating func endObject() { end(Byte.closeBrace) }

    /// Opens an array.
    public mutating func beginArray() { begin(Byte.openBracket) }

    /// Closes the innermost array.
    public mutating func endArray() { end(Byte.closeBracket) }

    /// Writes the name of the next value.
    public mutating func key(_ name: StaticString) {
        separate()
        let plain = name.withUTF8Buffer { buffer in
            for index in 0..<buffer.count where unsafe Self.needsEscape(buffer[index]) { return false }
            bytes.append(Byte.quote)
            unsafe bytes.append(contentsOf: buffer)
            bytes.append(Byte.quote)
            return true
        }
        if !plain { appendQuoted(name.description) }
        appendColon()
    }

    /// Writes the name of the next value.
    public mutating func key(_ name: String) {
        separate()
        appendQuoted(name)
        appendColon()
    }

    /// Writes a value that is JSON already; the caller answers for its being one complete value.
    public mutating func raw(_ json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    /// Writes the literal `null`.
    public mutating func null() { literal("null") }

    /// Writes a string, escaping quotes, backslashes and control characters.
    public mutating func value(_ string: String) {
        separate()
        appendQuoted(string)
    }

    /// Writes a boolean.
    public mutating func value(_ bool: Bool) { literal(bool ? "true" : "false") }

    /// Writes an integer.
    public mutating func value(_ integer: Int64) {
        separate()
        if integer < 0 { bytes.append(Byte.minus) }
        appendDigits(integer.magnitude)
    }

    /// Writes an integer.
    public mutating func value(_ integer: UInt64) {
        separate()
        appendDigits(integer)
    }

    /// Writes the shortest number that reads back as this double; infinities and NaN as `null`.
    public mutating func value(_ double: Double) {
        guard let text = JSONNumber.text(of: double) else { return null() }
        raw(text.utf8)
    }

    /// Writes a tree; numbers keep their exact text.
    public mutating func value(_ node: JSONNode) {
        switch node.value {
        case .null: null()
        case .bool(let bool): value(bool)
        case .number(let number): raw(number.text.utf8)
        case .string(let string): value(string)
        case .array(let elements):
            beginArray()
            for element in elements { value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                key(member.key)
                value(member.value)
            }
            endObject()
        }
    }
}

extension JSONWriter {
    private mutating func begin(_ byte: UInt8) {
        separate()
        bytes.append(byte)
        depth += 1
        needsComma = false
    }

    private mutating func end(_ byte: UInt8) {
        depth -= 1
        if needsComma { breakLine() }
        bytes.append(byte)
        needsComma = true
    }

    /// Puts what belongs before a key or value.
    private mutating func separate() {
        guard !afterKey else {
            afterKey = false
            return
        }
        if needsComma { bytes.append(Byte.comma) }
        if depth > 0 { breakLine() }
        needsComma = true
    }

    private mutating func breakLine() {
        guard pretty else { return }
        bytes.append(Byte.newline)
        bytes.append(contentsOf: repeatElement(Byte.space, count: 2 * max(depth, 0)))
    }

    private mutating func appendColon() {
        bytes.append(Byte.colon)
        if pretty { bytes.append(Byte.space) }
        afterKey = true
    }

    private mutating func literal(_ text: StaticString) {
        separate()
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    private mutating func appendDigits(_ magnitude: UInt64) {
        var count = 1
        var rest = magnitude / 10
        while rest > 0 {
            count += 1
            rest /= 10
        }
        bytes.append(contentsOf: repeatElement(Byte.zero, count: count))
        rest = magnitude
        var index = bytes.count - 1
        while rest > 0 {
            bytes[index] = Byte.zero + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            index -= 1
        }
    }

    private mutating func appendQuoted(_ string: String) {
        bytes.append(Byte.quote)
        if Self.isPlain(string.utf8.span) {
            bytes.append(contentsOf: string.utf8)
        } else {
            for byte in string.utf8 { appendEscaped(byte) }
        }
        bytes.append(Byte.quote)
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        guard Self.needsEscape(byte) else { return bytes.append(byte) }
        bytes.append(Byte.backslash)
        switch byte {
        case Byte.quote, Byte.backslash: bytes.append(byte)
        case Byte.newline: bytes.append(UInt8(ascii: "n"))
        case Byte.carriageReturn: bytes.append(UInt8(ascii: "r"))
        case Byte.tab: bytes.append(UInt8(ascii: "t"))
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        default:
            bytes.append(contentsOf: [Byte.lowerU, Byte.zero, Byte.zero, Byte.zero + byte >> 4])
            bytes.append(Self.hexDigit(byte & 0xF))
        }
    }

    private static func isPlain(_ text: Span<UInt8>) -> Bool {
        for index in 0..<text.count where needsEscape(text[index]) { return false }
        return true
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < Byte.space || byte == Byte.quote || byte == Byte.backslash
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? Byte.zero + value : UInt8(ascii: "a") + value - 10
    }
}
