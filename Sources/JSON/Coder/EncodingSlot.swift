/// The place where one encoded value grows; containers that share it see each other's writes.
final class EncodingSlot {
    private enum Content {
        case empty
        case node(JSONNode)
        case array([EncodingSlot])
        case object(keys: [String], slots: [String: EncodingSlot])
    }

    private var content = Content.empty

    /// Whether nothing was encoded here.
    var isEmpty: Bool {
        if case .empty = content { return true }
        return false
    }

    /// How many elements an array has so far.
    var count: Int {
        guard case .array(let elements) = content else { return 0 }
        return elements.count
    }

    /// Holds a finished value; a second value replaces the first.
    func set(_ node: JSONNode) {
        content = .node(node)
    }

    /// Starts an object unless there is one already.
    func becomeObject() {
        if case .object = content { return }
        precondition(isEmpty, "an Encodable asked for two kinds of container")
        content = .object(keys: [], slots: [:])
    }

    /// Starts an array unless there is one already.
    func becomeArray() {
        if case .array = content { return }
        precondition(isEmpty, "an Encodable asked for two kinds of container")
        content = .array([])
    }

    /// A new place for a member; an earlier one of this name is replaced.
    func member(_ key: String) -> EncodingSlot {
        guard case .object(var keys, var slots) = content else { return EncodingSlot() }
        content = .empty
        let slot = EncodingSlot()
        if slots.updateValue(slot, forKey: key) == nil { keys.append(key) }
        content = .object(keys: keys, slots: slots)
        return slot
    }

    /// The place of a member that a nested container may extend.
    func sharedMember(_ key: String) -> EncodingSlot {
        guard case .object(_, let slots) = content, let slot = slots[key] else { return member(key) }
        return slot
    }

    /// A new place at the end of an array.
    func element() -> EncodingSlot {
        guard case .array(var elements) = content else { return EncodingSlot() }
        content = .empty
        let slot = EncodingSlot()
        elements.append(slot)
        content = .array(elements)
        return slot
    }

    /// Puts the members of an object in the order of their names.
    func sortMembers() {
        guard case .object(let keys, let slots) = content else { return }
        content = .object(keys: keys.sorted(), slots: slots)
    }

    /// The finished value; what encoded nothing is an empty object.
    func finish() -> JSONNode {
        switch content {
        case .empty: .object([JSONMember]())
        case .node(let node): node
        case .array(let elements): .array(elements.map { $0.finish() })
        case .object(let keys, let slots):
            .object(keys.map { JSONMember(key: $0, value: slots[$0]?.finish() ?? .null) })
        }
    }
}
