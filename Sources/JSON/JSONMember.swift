/// One member of a JSON object.
public struct JSONMember: Sendable {
    /// The member's name with its escapes resolved.
    public var key: String
    /// Byte offset of the name's opening quote; -1 for a member that was built.
    public var keyOffset: Int
    /// The member's value.
    public var value: JSONNode

    /// Makes a member; one that stands in no document has offset -1.
    public init(key: String, value: JSONNode, keyOffset: Int = -1) {
        self.key = key
        self.keyOffset = keyOffset
        self.value = value
    }

    /// Whether two objects have the same members, in any order.
    static func sameMembers(_ left: [JSONMember], _ right: [JSONMember]) -> Bool {
        guard left.count == right.count else { return false }
        if zip(left, right).allSatisfy({ $0.key == $1.key }) { return left == right }
        let byKey = Dictionary(right.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        return byKey.count == right.count && left.allSatisfy { byKey[$0.key] == $0.value }
    }
}

extension JSONMember: Equatable {
    /// Equal names and values, wherever they stand.
    public static func == (left: JSONMember, right: JSONMember) -> Bool {
        left.key == right.key && left.value == right.value
    }
}
