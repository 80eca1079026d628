public import JSON

/// An array or object that stands in a document over and over: where its bytes are those of the one before, that
/// one's value is taken, and shared, instead of being read again.
public struct RepeatedValue<Value: Decodable> {
    private var last: (bytes: JSONPassage, value: Value)?

    /// Has seen nothing yet.
    public init() {}

    /// Reads the next value; `null` is nil.
    public mutating func read(_ reader: inout JSONReader) throws(JSONError) -> Value? {
        if let last, try reader.skip(ifSameAs: last.bytes) { return last.value }
        var node = JSONNode(.null)
        let bytes = try reader.passage(maxBytes: ReportMemory.maxBytes) { (reader) throws(JSONError) in
            node = try reader.readNode()
        }
        guard !node.isNull else { return nil }
        let value = try JSONCoder.decode(Value.self, from: node)
        if let bytes { last = (bytes, value) }
        return value
    }
}

/// A text that stands in a document over and over; the same one is made once, and shared.
public struct RepeatedText {
    private var last = ""

    /// Has seen nothing yet.
    public init() {}

    /// Reads the next value, which must be a string.
    public mutating func read(_ reader: inout JSONReader) throws(JSONError) -> String {
        let bytes = try reader.readStringBytes()
        if !last.utf8.elementsEqual(bytes) { last = String(decoding: bytes, as: UTF8.self) }
        return last
    }
}
