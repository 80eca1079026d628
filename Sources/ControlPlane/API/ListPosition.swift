import TLS

/// Where an item stands in its list: the key of the order, and the id that breaks ties.
///
/// A page that goes on from a position is not moved by items that come or go before it.
struct ListPosition: Hashable, Comparable {
    let key: Int64
    let id: String

    static func < (left: ListPosition, right: ListPosition) -> Bool {
        (left.key, left.id) < (right.key, right.id)
    }

    /// What a client gets and sends back; it says nothing to it.
    func cursor(of list: String) -> String { Base64URL.encode(Array("\(list).\(key).\(id)".utf8)) }

    init(key: Int64, id: String) {
        self.key = key
        self.id = id
    }

    /// Reads a cursor that this list gave out.
    init?(cursor: String, of list: String) {
        guard cursor.utf8.count <= ControlPlaneLimits.cursorBytes, let bytes = Base64URL.decode(cursor),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        let parts: [Substring] = text.split(separator: "." as Character, maxSplits: 2)
        guard parts.count == 3, parts[0] == list, let key = Int64(parts[1]) else { return nil }
        self.init(key: key, id: String(parts[2]))
    }
}
