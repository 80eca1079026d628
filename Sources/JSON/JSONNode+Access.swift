extension JSONNode {
    /// The kind of the value.
    public var kind: JSONKind {
        switch value {
        case .null: .null
        case .bool: .bool
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// The value of a member; nil when there is none or the node is no object.
    public subscript(_ key: String) -> JSONNode? {
        guard case .object(let members) = value else { return nil }
        for member in members where member.key == key { return member.value }
        return nil
    }

    /// An element; nil beyond the end or when the node is no array.
    public subscript(_ index: Int) -> JSONNode? {
        guard case .array(let elements) = value, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// Whether the value is `null`.
    public var isNull: Bool {
        guard case .null = value else { return false }
        return true
    }

    /// The string, or nil when it is something else.
    public var stringValue: String? {
        guard case .string(let string) = value else { return nil }
        return string
    }

    /// The boolean, or nil when it is something else.
    public var boolValue: Bool? {
        guard case .bool(let bool) = value else { return nil }
        return bool
    }

    /// The number, or nil when it is something else.
    public var numberValue: JSONNumber? {
        guard case .number(let number) = value else { return nil }
        return number
    }

    /// The number as an integer; nil when it is no number, has a fraction or does not fit.
    public var intValue: Int64? { numberValue?.int64 }

    /// The number as an unsigned integer; nil when it is no number, negative, has a fraction or does not fit.
    public var uintValue: UInt64? { numberValue?.uint64 }

    /// The number as the nearest double; nil when it is no number.
    public var doubleValue: Double? { numberValue?.double }

    /// The elements, or nil when it is no array.
    public var arrayValue: [JSONNode]? {
        guard case .array(let elements) = value else { return nil }
        return elements
    }

    /// The members in document order, or nil when it is no object.
    public var objectValue: [JSONMember]? {
        guard case .object(let members) = value else { return nil }
        return members
    }

    /// The value as compact JSON.
    public func encoded(pretty: Bool = false) -> [UInt8] {
        var writer = JSONWriter(reserving: 256, pretty: pretty)
        writer.value(self)
        return writer.bytes
    }
}
