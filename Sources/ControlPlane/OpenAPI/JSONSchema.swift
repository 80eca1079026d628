import JSON

/// A JSON Schema with an example of what it takes.
struct JSONSchema: Sendable {
    /// One member of an object.
    struct Field: Sendable {
        let name: String
        let schema: JSONSchema
        let isRequired: Bool

        /// A member that is always there.
        static func must(_ name: String, _ schema: JSONSchema, _ text: String? = nil) -> Field {
            Field(name: name, schema: schema.described(text), isRequired: true)
        }

        /// A member that may be absent.
        static func may(_ name: String, _ schema: JSONSchema, _ text: String? = nil) -> Field {
            Field(name: name, schema: schema.described(text), isRequired: false)
        }

        /// The same member, which may be absent.
        var optional: Field { Field(name: name, schema: schema, isRequired: false) }
    }

    /// The keywords.
    var members: [JSONMember]
    /// A value that is valid.
    var example: JSONNode

    var node: JSONNode { .object(members) }

    /// Adds a sentence on what the value means.
    func described(_ text: String?) -> JSONSchema {
        guard let text else { return self }
        return with("description", .string(text))
    }

    func with(_ keyword: String, _ value: JSONNode) -> JSONSchema {
        var copy = self
        copy.members.append(JSONMember(key: keyword, value: value))
        return copy
    }

    /// Takes null as well, which clears in a merge patch and counts as absent elsewhere.
    var orNull: JSONSchema {
        JSONSchema(
            members: [JSONMember(key: "oneOf", value: .array([node, .object(["type": "null"])]))],
            example: example)
    }
}

extension JSONSchema {
    static func text(
        _ example: String, format: String? = nil, pattern: String? = nil, bytes: ClosedRange<Int>? = nil
    ) -> JSONSchema {
        var schema = JSONSchema(
            members: [JSONMember(key: "type", value: "string")], example: .string(example))
        if let format { schema = schema.with("format", .string(format)) }
        if let pattern { schema = schema.with("pattern", .string(pattern)) }
        if let bytes {
            if bytes.lowerBound > 0 { schema = schema.with("minLength", .integer(bytes.lowerBound)) }
            schema = schema.with("maxLength", .integer(bytes.upperBound))
        }
        return schema.with("examples", .array([.string(example)]))
    }

    static func whole(_ range: ClosedRange<Int64>, _ example: Int64) -> JSONSchema {
        JSONSchema(
            members: [
                JSONMember(key: "type", value: "integer"),
                JSONMember(key: "minimum", value: .integer(range.lowerBound)),
                JSONMember(key: "maximum", value: .integer(range.upperBound)),
                JSONMember(key: "examples", value: .array([.integer(example)])),
            ], example: .integer(example))
    }

    /// A whole number from 0 on.
    static func count(_ example: Int64) -> JSONSchema { whole(0...Int64.max, example) }

    static func real(_ example: Double) -> JSONSchema {
        JSONSchema(members: [JSONMember(key: "type", value: "number")], example: .double(example))
    }

    static func flag(_ example: Bool) -> JSONSchema {
        JSONSchema(members: [JSONMember(key: "type", value: "boolean")], example: .bool(example))
    }

    /// One of the words of an enumeration.
    static func word<Word: RawRepresentable & CaseIterable>(_ example: Word) -> JSONSchema
    where Word.RawValue == String {
        words(Word.allCases.map(\.rawValue), example.rawValue)
    }

    static func words(_ words: [String], _ example: String) -> JSONSchema {
        JSONSchema(
            members: [
                JSONMember(key: "type", value: "string"),
                JSONMember(key: "enum", value: .array(words.map { .string($0) })),
            ], example: .string(example))
    }

    static func list(_ item: JSONSchema, most: Int? = nil) -> JSONSchema {
        let schema = JSONSchema(
            members: [JSONMember(key: "type", value: "array"), JSONMember(key: "items", value: item.node)],
            example: .array([item.example]))
        return most.map { schema.with("maxItems", .integer($0)) } ?? schema
    }

    /// Any names, each with such a value.
    static func map(_ value: JSONSchema, _ key: String) -> JSONSchema {
        JSONSchema(
            members: [
                JSONMember(key: "type", value: "object"),
                JSONMember(key: "additionalProperties", value: value.node),
            ], example: .object([JSONMember(key: key, value: value.example)]))
    }

    /// An object with these members and no other.
    static func object(_ fields: [Field], isOpen: Bool = false) -> JSONSchema {
        let properties = fields.map { JSONMember(key: $0.name, value: $0.schema.node) }
        let required = fields.filter(\.isRequired).map { JSONNode.string($0.name) }
        var members = [
            JSONMember(key: "type", value: "object"),
            JSONMember(key: "properties", value: .object(properties)),
            JSONMember(key: "additionalProperties", value: .bool(isOpen)),
        ]
        if !required.isEmpty { members.append(JSONMember(key: "required", value: .array(required))) }
        let example = fields.map { JSONMember(key: $0.name, value: $0.schema.example) }
        return JSONSchema(members: members, example: .object(example))
    }

    static func either(_ schemas: [JSONSchema]) -> JSONSchema {
        JSONSchema(
            members: [JSONMember(key: "oneOf", value: .array(schemas.map(\.node)))],
            example: schemas.first?.example ?? .null)
    }

    /// Another schema by its name in the document.
    static func named(_ component: Component) -> JSONSchema {
        JSONSchema(
            members: [JSONMember(key: "$ref", value: .string("#/components/schemas/\(component.name)"))],
            example: component.schema.example)
    }

    /// A schema with a name of its own.
    struct Component: Sendable {
        let name: String
        let schema: JSONSchema

        init(_ name: String, _ schema: JSONSchema) {
            self.name = name
            self.schema = schema
        }
    }
}

extension JSONSchema {
    static let id = text("6f9619ff-8b86-4d01-b42d-00cf4fc964ff", format: "uuid")
    static let time = text("2026-11-25T12:00:00.000Z", format: "date-time")
    static let name = text(
        "web", pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", bytes: 1...63)
    static let sentence = text("no node is registered")
    static let labels = map(text("eu", bytes: 1...255), "region")
}
