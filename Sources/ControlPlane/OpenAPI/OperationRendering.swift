import JSON
import Model

/// Writes one operation as OpenAPI has it.
enum OperationRendering {
    static let securitySchemes: JSONNode = .object([
        "operator": .object(["type": "http", "scheme": "bearer", "description": "An operator token."]),
        "registration": .object(["type": "http", "scheme": "bearer", "description": "A registration token."]),
        "node": .object(["type": "http", "scheme": "bearer", "description": "The node's own token."]),
        "tunnel": .object([
            "type": "apiKey", "in": "header", "name": "x-fledx-tunnel-token",
            "description":
                "The node's own token after 'Bearer', in the header that FLEDX_CP_TUNNEL_TOKEN_HEADER names.",
        ]),
    ])

    static func node(_ operation: APIOperation, _ route: APIRoute) -> JSONNode {
        let access = route.access
        var members = [
            JSONMember(key: "operationId", value: .string(operation.id)),
            JSONMember(key: "summary", value: .string(operation.summary)),
            JSONMember(key: "security", value: security(access)),
        ]
        if let scope = route.scope {
            members.append(JSONMember(key: "x-required-scope", value: .string(scope.rawValue)))
        }
        let parameters = parameters(operation, access)
        if !parameters.isEmpty { members.append(JSONMember(key: "parameters", value: .array(parameters))) }
        if let body = operation.body {
            members.append(JSONMember(key: "requestBody", value: requestBody(operation, body)))
        }
        members.append(JSONMember(key: "responses", value: .object(responses(operation, access))))
        return .object(members)
    }

    private static func security(_ access: RouteAccess) -> JSONNode {
        switch access {
        case .open: .array([])
        case .operators: .array([.object(["operator": .array([])])])
        case .registration: .array([.object(["registration": .array([])])])
        case .node: .array([.object(["node": .array([])])])
        case .tunnel: .array([.object(["tunnel": .array([])])])
        case .metrics: .array([.object([]), .object(["operator": .array([])])])
        }
    }

    private static func parameters(_ operation: APIOperation, _ access: RouteAccess) -> [JSONNode] {
        var result = operation.pathParameters.map { name in
            parameter(
                name, in: "path", .text("web", bytes: 1...255), "The id, or the name.", isRequired: true)
        }
        result += operation.query.map { parameter($0.name, in: "query", $0.schema, $0.text) }
        if operation.isMutation, operation.isRepeatable {
            result.append(
                parameter("dry_run", in: "query", .flag(true), "Validate and plan, change nothing."))
            if operation.method == .post, access.isOperators {
                result.append(
                    parameter(
                        "Idempotency-Key", in: "header", .text("4f1c", pattern: "^[!-~]+$", bytes: 1...255),
                        "Answers a repetition within 24 hours as the first request was."))
            }
        }
        if operation.isConditional {
            result.append(
                parameter(
                    "If-Match", in: "header", .text("\"3\"", pattern: "^[ -~]+$"),
                    "The ETag of the declaration that the change was made from."))
        }
        return result
    }

    private static func parameter(
        _ name: String, in place: String, _ schema: JSONSchema, _ text: String, isRequired: Bool = false
    ) -> JSONNode {
        .object([
            "name": .string(name), "in": .string(place), "required": .bool(isRequired),
            "description": .string(text), "schema": schema.node,
        ])
    }

    private static func requestBody(_ operation: APIOperation, _ schema: JSONSchema) -> JSONNode {
        let content = JSONNode.object(["schema": schema.node, "example": schema.example])
        var types = [JSONMember(key: "application/json", value: content)]
        if operation.isPatch { types.append(JSONMember(key: "application/merge-patch+json", value: content)) }
        return .object(["required": .bool(!operation.bodyIsOptional), "content": .object(types)])
    }

    private static func responses(_ operation: APIOperation, _ access: RouteAccess) -> [JSONMember] {
        var result: [JSONMember] = []
        for reply in operation.replies where !result.contains(where: { $0.key == "\(reply.status)" }) {
            let alike = operation.replies.filter { $0.status == reply.status }
            result.append(JSONMember(key: "\(reply.status)", value: response(alike)))
        }
        for status in operation.allRefusals(of: access)
        where !result.contains(where: { $0.key == "\(status)" }) {
            result.append(JSONMember(key: "\(status)", value: refusal(status)))
        }
        return result.sorted { $0.key < $1.key }
    }

    /// Replies of one status; they differ in their media types.
    private static func response(_ replies: [APIOperation.Reply]) -> JSONNode {
        var words = ""
        var content: [JSONMember] = []
        for reply in replies {
            words += words.isEmpty ? reply.text : "; \(reply.text)"
            guard let schema = reply.schema else { continue }
            let media = JSONNode.object(["schema": schema.node, "example": schema.example])
            content.append(JSONMember(key: reply.type, value: media))
        }
        var members = [
            JSONMember(key: "description", value: .string(words)),
            JSONMember(key: "headers", value: headers),
        ]
        if !content.isEmpty { members.append(JSONMember(key: "content", value: .object(content))) }
        return .object(members)
    }

    private static let headers: JSONNode = .object([
        "x-request-id": .object([
            "description": "The request's own id, or a new one.", "schema": JSONSchema.text("4f1c").node,
        ])
    ])

    private static func refusal(_ status: Int) -> JSONNode {
        .object([
            "description": .string(words[status] ?? "refused"), "headers": headers,
            "content": .object([
                "application/json": .object(["schema": JSONSchema.named(JSONSchema.error).node])
            ]),
        ])
    }

    private static let words: [Int: String] = [
        400: "the request cannot be read", 401: "a credential is missing or wrong",
        403: "the token is unknown, or lacks the scope", 404: "there is no such thing",
        406: "Accept does not take what this is", 409: "it conflicts with what is there",
        410: "the node was deleted", 412: "If-Match names another declaration", 413: "the body is too long",
        414: "the target is too long", 415: "the body is not JSON", 422: "it can be read but breaks a rule",
        426: "the agent's version is outside the window", 429: "too many; Retry-After says when",
        431: "the headers are too long",
        502: "nobody answers there, or the node's tunnel broke", 503: "not now; Retry-After says when",
    ]
}
