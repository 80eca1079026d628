/// Builds the query of a request path.
struct Query {
    private var items: [String] = []

    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        items.append("\(name)=\(Self.encoded(value))")
    }

    /// `?a=b&c=d`, or nothing.
    var text: String { items.isEmpty ? "" : "?" + items.joined(separator: "&") }

    /// Percent-encodes everything but the unreserved characters of RFC 3986.
    static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            let isLetter = (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            if isLetter || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
                || byte == 0x7E
            {
                bytes.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
