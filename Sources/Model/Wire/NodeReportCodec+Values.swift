import JSON

extension NodeReportCodec {
    static func word<Word: RawRepresentable>(_ reader: inout JSONReader) throws(JSONError) -> Word
    where Word.RawValue == String {
        let text = try reader.readString()
        guard let word = Word(rawValue: text) else {
            throw reader.failure(.typeMismatch, "'\(cut(text, 40))' is not a known word here")
        }
        return word
    }

    static func identifierIfPresent<Tag>(_ reader: inout JSONReader) throws(JSONError) -> Identifier<Tag>? {
        guard try !reader.readNullIfPresent() else { return nil }
        let bytes = try reader.readStringBytes()
        guard let id = UUIDValue(utf8: bytes) else { throw wrong(bytes, "a UUID", reader) }
        return Identifier(id)
    }

    /// A counter as it can be stored; a larger one would be another one after a restart.
    static func counter(_ reader: inout JSONReader) throws(JSONError) -> UInt64 {
        let value = try reader.readUInt64()
        guard value <= UInt64(Int64.max) else {
            throw reader.failure(.numberRange, "number \(value) is too large for a counter")
        }
        return value
    }

    static func timeIfPresent(_ reader: inout JSONReader) throws(JSONError) -> Timestamp? {
        guard try !reader.readNullIfPresent() else { return nil }
        let bytes = try reader.readStringBytes()
        guard let time = Timestamp(utf8: bytes) else { throw wrong(bytes, "an RFC 3339 time", reader) }
        return time
    }

    private static func wrong(_ bytes: ArraySlice<UInt8>, _ wanted: String, _ reader: JSONReader) -> JSONError
    {
        let text = cut(String(decoding: bytes, as: UTF8.self), 40)
        return reader.failure(.typeMismatch, "'\(text)' is not \(wanted)")
    }

    static func list(
        _ reader: inout JSONReader, limit: Int, _ element: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard try !reader.readNullIfPresent() else { return }
        var count = 0
        try reader.beginArray()
        while try reader.nextElement() {
            count += 1
            guard count <= limit else {
                throw reader.failure(.size, "at most \(limit) items are allowed here")
            }
            try element(&reader)
        }
    }

    /// A message as long as one may be.
    public static func shortened(_ message: String) -> String { cut(message, maxMessageBytes) }

    /// The text, cut to so many bytes at a character's edge.
    static func cut(_ text: String, _ bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var kept = text.prefix(bytes)
        while kept.utf8.count > bytes { kept = kept.dropLast() }
        return String(kept)
    }
}
