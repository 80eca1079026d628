import JSON
import Model

extension JSONSchema {
    static let applyDocument = Component(
        "ApplyDocument",
        object([
            .must(
                "items",
                .list(
                    .either([
                        declaration.schema.of(kind: .deployment),
                        configDeclaration.schema.attached.of(kind: .config),
                        registryCredentialChange.schema.of(kind: .registryCredential),
                        ingressRouteDeclaration.schema.of(kind: .ingressRoute),
                    ]), most: SpecLimits.entries))
        ]))

    private static let change = object([
        .must("field", .text("replicas")), .may("from", .named(anyValue), "Left out where there was none."),
        .may("to", .named(anyValue), "Left out where there is none."),
    ])

    private static let appliedItem = object([
        .must("kind", .word(AppliedDeclaration.Kind.deployment)), .must("name", .text("web")),
        .must("action", .word(AppliedItem.Action.changed)), .may("id", id),
        .may("generation", .count(2)), .may("version", .count(2)), .may("unplaced_replicas", .count(1)),
        .may("unplaced_reasons", .list(sentence)),
        .must("changes", .list(change, most: ControlPlaneLimits.appliedChanges)),
        .may("changes_left_out", .count(1), "How many more differences there are."),
    ])

    static let applyResult = Component(
        "ApplyResult",
        object([
            .must("dry_run", .flag(false)), .must("created", .count(0)), .must("changed", .count(1)),
            .must("unchanged", .count(0)), .must("pruned", .count(0)), .must("items", .list(appliedItem)),
        ]))

    static let applyComponents = [applyDocument, applyResult, anyValue]

    /// Any JSON value.
    static let anyValue = Component(
        "AnyValue",
        JSONSchema(
            members: [
                JSONMember(
                    key: "oneOf",
                    value: .array(
                        ["string", "number", "boolean", "null"].map { .object(["type": .string($0)]) } + [
                            .object(["type": "array", "items": anyReference]),
                            .object(["type": "object", "additionalProperties": anyReference]),
                        ]))
            ], example: .integer(2)))

    private static let anyReference = JSONNode.object(["$ref": "#/components/schemas/AnyValue"])

    /// The declaration of a config with the lists of what has it.
    private var attached: JSONSchema {
        adding([
            JSONMember(key: "attached_deployments", value: Self.list(.text("web")).node),
            JSONMember(key: "attached_nodes", value: Self.list(.text("edge-1")).node),
        ])
    }

    /// The same object as an item that says what it is.
    private func of(kind: AppliedDeclaration.Kind) -> JSONSchema {
        let word = Self.words([kind.rawValue], kind.rawValue)
        var schema = adding([JSONMember(key: "kind", value: word.node)])
        let kindName = JSONNode.string("kind")
        if let index = schema.members.firstIndex(where: { $0.key == "required" }) {
            schema.members[index].value = .array([kindName] + (schema.members[index].value.arrayValue ?? []))
        } else {
            schema.members.append(JSONMember(key: "required", value: .array([kindName])))
        }
        let example = schema.example.objectValue ?? []
        schema.example = .object([JSONMember(key: "kind", value: .string(kind.rawValue))] + example)
        return schema
    }

    private func adding(_ properties: [JSONMember]) -> JSONSchema {
        var copy = self
        for index in copy.members.indices where copy.members[index].key == "properties" {
            copy.members[index].value = .object(
                (copy.members[index].value.objectValue ?? []) + properties)
        }
        return copy
    }
}
