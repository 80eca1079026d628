/// The header fields of one message in their order: one block of bytes and a table into it.
///
/// A parsed head costs two allocations however many fields it has; text is made when a field is asked for.
/// Names compare without regard to ASCII case.
public struct HTTPHeaders: Sendable {
    /// Where one field lies in the block.
    package struct Field: Sendable {
        package var nameStart: UInt32
        package var nameLength: UInt32
        package var valueStart: UInt32
        package var valueLength: UInt32

        package init(nameStart: Int, nameLength: Int, valueStart: Int, valueLength: Int) {
            self.nameStart = UInt32(truncatingIfNeeded: nameStart)
            self.nameLength = UInt32(truncatingIfNeeded: nameLength)
            self.valueStart = UInt32(truncatingIfNeeded: valueStart)
            self.valueLength = UInt32(truncatingIfNeeded: valueLength)
        }

        package var name: Range<Int> { Int(nameStart)..<Int(nameStart) + Int(nameLength) }
        package var value: Range<Int> { Int(valueStart)..<Int(valueStart) + Int(valueLength) }
    }

    package private(set) var block: [UInt8]
    package private(set) var fields: [Field]

    /// No fields.
    public init() {
        block = []
        fields = []
    }

    /// Takes fields in order; see `append`.
    public init(_ pairs: [(String, String)]) {
        self.init()
        for (name, value) in pairs { append(name, value) }
    }

    /// Takes over what a parser has checked: every name a token, every value free of control characters.
    package init(block: [UInt8], fields: [Field]) {
        self.block = block
        self.fields = fields
    }

    /// The number of fields; a name that occurs twice counts twice.
    public var count: Int { fields.count }
    /// True without any field.
    public var isEmpty: Bool { fields.isEmpty }

    /// Adds a field at the end; false, and nothing added, when the name is not a token.
    ///
    /// Carriage return, line feed and NUL in the value become spaces (RFC 9110 §5.5), so a value can never end
    /// its line.
    @discardableResult
    public mutating func append(_ name: String, _ value: String) -> Bool {
        let nameStart = block.count
        block.append(contentsOf: name.utf8)
        let valueStart = block.count
        guard isToken(nameStart..<valueStart) else {
            block.removeSubrange(nameStart...)
            return false
        }
        block.append(contentsOf: value.utf8)
        spaceLineEnds(valueStart..<block.count)
        fields.append(
            Field(
                nameStart: nameStart, nameLength: valueStart - nameStart, valueStart: valueStart,
                valueLength: block.count - valueStart))
        return true
    }

    /// In place: a copy of the text, byte by byte, would cost more than the rest of a response's head.
    private func isToken(_ range: Range<Int>) -> Bool {
        let bytes = block.span
        for position in range where !HTTPToken.isTokenByte(bytes[position]) { return false }
        return !range.isEmpty
    }

    private mutating func spaceLineEnds(_ range: Range<Int>) {
        for position in range where block[position] <= 13 {
            if block[position] == 13 || block[position] == 10 || block[position] == 0 { block[position] = 32 }
        }
    }

    /// Replaces every field of that name by one.
    public mutating func set(_ name: String, _ value: String) {
        remove(name)
        append(name, value)
    }

    /// Takes every field of that name away.
    public mutating func remove(_ name: String) {
        guard contains(name) else { return }
        let old = self
        fields.removeAll { old.matches($0, name) }
    }

    /// True when a field of that name exists.
    public func contains(_ name: String) -> Bool { fields.contains { matches($0, name) } }

    /// The value of the first field of that name; setting replaces all of them, nil removes them.
    public subscript(name: String) -> String? {
        get {
            for field in fields where matches(field, name) { return text(field.value) }
            return nil
        }
        set {
            if let newValue { set(name, newValue) } else { remove(name) }
        }
    }

    /// The values of every field of that name, in order.
    public func all(_ name: String) -> [String] {
        fields.filter { matches($0, name) }.map { text($0.value) }
    }

    /// Name and value at a position below `count`; the name as it was written.
    public subscript(position: Int) -> (name: String, value: String) {
        (text(fields[position].name), text(fields[position].value))
    }

    /// Every field in order.
    public var pairs: [(name: String, value: String)] { fields.indices.map { self[$0] } }

    private func text(_ range: Range<Int>) -> String { String(decoding: block[range], as: UTF8.self) }

    private func matches(_ field: Field, _ name: String) -> Bool {
        guard Int(field.nameLength) == name.utf8.count else { return false }
        var position = Int(field.nameStart)
        for byte in name.utf8 {
            guard HTTPToken.lowercased(block[position]) == HTTPToken.lowercased(byte) else { return false }
            position += 1
        }
        return true
    }
}

extension HTTPHeaders: Equatable {
    /// Same fields in the same order, names without regard to case.
    public static func == (left: HTTPHeaders, right: HTTPHeaders) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left.fields, right.fields).allSatisfy { first, second in
            left.block[first.value] == right.block[second.value]
                && right.matches(second, left.text(first.name))
        }
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    /// Takes fields in the order written.
    public init(dictionaryLiteral elements: (String, String)...) { self.init(elements) }
}

extension HTTPHeaders: CustomStringConvertible {
    /// Names only: values may be credentials.
    public var description: String { "[" + pairs.map(\.name).joined(separator: ", ") + "]" }
}
