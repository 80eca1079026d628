/// Takes a `text/event-stream` apart, however its bytes are cut.
struct EventStreamReader {
    /// One item: an event, or a place without one.
    struct Item: Equatable {
        var id: String?
        var kind: String?
        var data: [UInt8] = []
    }

    /// The longest line kept; a longer one is no event of a control plane.
    static let lineBytes = 1 << 20

    private var line: [UInt8] = []
    private var item = Item()

    /// Takes the next bytes and returns the items they complete.
    mutating func take(_ bytes: [UInt8]) -> [Item] {
        var items: [Item] = []
        for byte in bytes {
            if byte != 0x0A {
                if line.count < Self.lineBytes { line.append(byte) }
                continue
            }
            if line.last == 0x0D { line.removeLast() }
            if line.isEmpty {
                if item != Item() { items.append(item) }
                item = Item()
            } else {
                read(line)
            }
            line = []
        }
        return items
    }

    private mutating func read(_ line: [UInt8]) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return }
        var value = line[(colon + 1)...]
        if value.first == 0x20 { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "id": item.id = String(decoding: value, as: UTF8.self)
        case "event": item.kind = String(decoding: value, as: UTF8.self)
        case "data": item.data += item.data.isEmpty ? Array(value) : [0x0A] + value
        default: return
        }
    }
}
