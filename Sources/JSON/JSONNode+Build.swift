extension JSONNode {
    /// The literal `null`.
    public static var null: JSONNode { JSONNode(.null) }

    /// A boolean.
    public static func bool(_ value: Bool) -> JSONNode { JSONNode(.bool(value)) }

    /// A string.
    public static func string(_ value: String) -> JSONNode { JSONNode(.string(value)) }

    /// An integer of any width.
    public static func integer(_ value: some FixedWidthInteger) -> JSONNode {
        JSONNode(.number(JSONNumber(value)))
    }

    /// A number; infinities and NaN, which JSON does not know, become `null`.
    public static func double(_ value: Double) -> JSONNode {
        JSONNumber(value).map { JSONNode(.number($0)) } ?? .null
    }

    /// A number with its exact text.
    public static func number(_ value: JSONNumber) -> JSONNode { JSONNode(.number(value)) }

    /// An array of these elements.
    public static func array(_ elements: [JSONNode]) -> JSONNode { JSONNode(.array(elements)) }

    /// An object with these members in this order; the caller sees to it that no key comes twice.
    public static func object(_ members: [JSONMember]) -> JSONNode { JSONNode(.object(members)) }

    /// An object with these members in this order, as in `.object(["a": 1, "b": .null])`.
    public static func object(_ members: KeyValuePairs<String, JSONNode>) -> JSONNode {
        JSONNode(.object(members.map { JSONMember(key: $0.key, value: $0.value) }))
    }
}

extension JSONNode: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }

    /// An integer.
    public init(integerLiteral value: Int64) { self = .integer(value) }

    /// A number.
    public init(floatLiteral value: Double) { self = .double(value) }

    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// An array of these elements.
    public init(arrayLiteral elements: JSONNode...) { self = .array(elements) }
}
