internal import JSON

/// Builds a percent-encoded query.
struct QueryText {
    private(set) var text = ""

    mutating func add(_ name: String, _ value: String) {
        text += "\(text.isEmpty ? "?" : "&")\(name)=\(Self.encoded(value))"
    }

    mutating func add(_ name: String, _ value: Bool) { add(name, value ? "true" : "false") }

    /// Adds `filters`, a JSON object of string lists.
    mutating func addFilters(_ filters: [String: [String]]) {
        guard !filters.isEmpty else { return }
        let members = filters.sorted { $0.key < $1.key }.map { name, values in
            JSONMember(key: name, value: .array(values.map { .string($0) }))
        }
        add("filters", String(decoding: JSONNode.object(members).encoded(), as: UTF8.self))
    }

    /// Every byte but the unreserved ones as `%XX`.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
