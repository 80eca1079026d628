import JSON
import Model

extension JSONSchema {
    private static let scope = word(OperatorScope.deploymentRead)
    private static let scopes = list(scope, most: SpecLimits.entries)
    private static let tokenName = text("ci", bytes: 1...63)

    /// What a listed token says of itself, whatever it is for.
    private static let tokenFields: [Field] = [
        .must("token_id", .id), .must("created_at", .time), .may("expires_at", .time),
        .must("expired", .flag(false)), .may("last_used", .time),
    ]

    static let tokenCreated = Component(
        "TokenCreated",
        .object([
            .must("token_id", .id), .must("token", .text("shown once")), .may("expires_at", .time),
        ]))

    static let operatorToken = Component(
        "OperatorToken",
        .object(
            tokenFields + [
                .must("name", tokenName), .may("role", .word(OperatorRole.operator)),
                .must("scopes", scopes), .must("created_by", .text("default")),
            ]))

    /// One of `role` and `scopes` is needed; the server says which is missing.
    static let operatorTokenRequest = Component(
        "OperatorTokenRequest",
        requestExample(
            .object([
                .must("name", .name), .may("role", .word(OperatorRole.operator)), .may("scopes", scopes),
                .may("expires_at", .time),
            ]), .object(["name": "ci", "role": "read_only"])))

    static let registrationToken = Component(
        "RegistrationToken",
        .object(
            tokenFields + [
                .must("name", tokenName), .must("created_by", .text("default")),
                .may("max_uses", .whole(1...1_000_000, 10)), .must("uses", .count(3)),
            ]))

    static let registrationTokenRequest = Component(
        "RegistrationTokenRequest",
        requestExample(
            .object([
                .must("name", .name), .may("max_uses", .whole(1...1_000_000, 10)),
                .may("ttl_secs", .whole(1...4_294_967_295, 3600)), .may("expires_at", .time),
            ]), .object(["name": "site-7", "max_uses": 10, "ttl_secs": 3600])))

    static let nodeToken = Component("NodeToken", .object(tokenFields))

    static let nodeTokenRequest = Component(
        "NodeTokenRequest",
        requestExample(
            .object([.may("disable_existing", .flag(true)), .may("expires_at", .time)]),
            .object(["disable_existing": true])))

    static let auditEntry = Component(
        "AuditEntry",
        .object([
            .must("id", .count(17)), .must("created_at", .time),
            .must("action", .text("deployment.create")), .must("resource_type", .text("deployment")),
            .may("resource_id", .text("web")), .must("status", .word(AuditWord.success)),
            .may("code", .text("name_taken")), .may("operator_token_id", .text("default")),
            .may("actor", .text("ci")), .may("operator_role", .text("admin")),
            .may("request_id", .text("4f1c")), .may("client", .text("192.0.2.9")),
            .must("count", .whole(1...Int64.max, 1)), .may("payload", .text("{}")),
        ]))

    static let event = Component(
        "Event",
        .object([
            .must("id", eventID), .must("at", .time), .must("kind", .text("node.status_changed")),
            .must("resource_type", .text("node")), .may("resource_id", .text("edge-1")),
            .may("resource_name", .text("edge-1")), .must("text", .sentence),
            .must("attributes", .map(.text("ready"), "status")),
        ]))

    /// The place of an event: the history and the number there.
    static let eventID = text("6f9619ff-8b86-4d01-b42d-00cf4fc964ff-17", pattern: "^[0-9a-f-]{36}-[0-9]+$")

    private enum AuditWord: String, CaseIterable { case begun, success, failure }

    private static func requestExample(_ schema: JSONSchema, _ example: JSONNode) -> JSONSchema {
        var schema = schema
        schema.example = example
        return schema
    }

    static let accessComponents = [
        tokenCreated, operatorToken, operatorTokenRequest, registrationToken, registrationTokenRequest,
        nodeToken, nodeTokenRequest, auditEntry, event,
    ]
}
