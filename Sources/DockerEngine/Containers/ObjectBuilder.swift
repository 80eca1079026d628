internal import JSON

/// Builds a JSON object, leaving out what is nil or empty.
struct ObjectBuilder {
    private var members: [JSONMember] = []

    var node: JSONNode { .object(members) }

    mutating func add(_ key: String, _ value: JSONNode?) {
        if let value { members.append(JSONMember(key: key, value: value)) }
    }

    mutating func add(_ key: String, _ value: String?) { add(key, value.map { JSONNode.string($0) }) }

    mutating func add(_ key: String, _ value: Int64?) { add(key, value.map { JSONNode.integer($0) }) }

    mutating func add(_ key: String, _ values: [String]?) {
        add(key, values.map { JSONNode.array($0.map { .string($0) }) })
    }

    mutating func add(_ key: String, _ values: [String: String]) {
        guard !values.isEmpty else { return }
        let sorted = values.sorted { $0.key < $1.key }
        add(key, JSONNode.object(sorted.map { JSONMember(key: $0.key, value: .string($0.value)) }))
    }
}
