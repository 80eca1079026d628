import Model

/// What the API document says of one operation.
struct APIOperation: Sendable {
    /// A parameter of the query.
    struct Parameter: Sendable {
        let name: String
        let schema: JSONSchema
        let text: String

        init(_ name: String, _ schema: JSONSchema, _ text: String) {
            self.name = name
            self.schema = schema
            self.text = text
        }
    }

    /// What is answered with a status.
    struct Reply: Sendable {
        let status: Int
        let text: String
        /// Nil where there is no body.
        let schema: JSONSchema?
        let type: String

        init(_ status: Int, _ text: String, _ schema: JSONSchema? = nil, type: String = "application/json") {
            self.status = status
            self.text = text
            self.schema = schema
            self.type = type
        }
    }

    let method: HTTPMethod
    let pattern: String
    /// The operation's name in generated clients.
    let id: String
    let summary: String
    var query: [Parameter] = []
    var body: JSONSchema?
    /// Whether the body may be left out.
    var bodyIsOptional = false
    /// Whether the body is a merge patch, which has a media type of its own.
    var isPatch = false
    var replies: [Reply]
    /// Statuses of refusals beyond those that follow from the rest.
    var refusals: [Int] = []
    /// Whether `If-Match` guards it.
    var isConditional = false
    /// Whether `dry_run` and, for POST, `Idempotency-Key` are taken.
    var isRepeatable = true

    init(
        _ method: HTTPMethod, _ pattern: String, _ id: String, _ summary: String, query: [Parameter] = [],
        body: JSONSchema? = nil, replies: [Reply]
    ) {
        self.method = method
        self.pattern = pattern
        self.id = id
        self.summary = summary
        self.query = query
        self.body = body
        self.replies = replies
    }

    var isMutation: Bool { method != .get && method != .head }

    /// The same operation with changes.
    func with(_ change: (inout APIOperation) -> Void) -> APIOperation {
        var copy = self
        change(&copy)
        return copy
    }

    /// The names in braces of a pattern.
    var pathParameters: [String] {
        let parts: [Substring.UTF8View] = pattern.utf8.split(separator: UInt8(ascii: "/"))
        return parts.compactMap { part in
            guard part.first == UInt8(ascii: "{"), part.last == UInt8(ascii: "}") else { return nil }
            let name = part.dropFirst().dropLast().prefix { $0 != UInt8(ascii: ".") }
            return String(decoding: name, as: UTF8.self)
        }
    }

    /// Every status of a refusal, in order.
    func allRefusals(of access: RouteAccess) -> [Int] {
        // Whatever is asked for, its target and its headers may be too long.
        var statuses: Set<Int> = [400, 414, 431, 503]
        statuses.formUnion(refusals)
        switch access {
        case .open: break
        case .operators, .metrics: statuses.formUnion([401, 403, 429])
        case .registration: statuses.formUnion([401, 429])
        case .node, .tunnel: statuses.formUnion([401, 410, 429])
        }
        if !isMutation { statuses.insert(406) }
        if body != nil { statuses.formUnion([413, 415, 422]) }
        if !pathParameters.isEmpty, access.isOperators { statuses.insert(404) }
        if isConditional { statuses.insert(412) }
        if isMutation, access.isOperators { statuses.formUnion([409, 413, 422, 429]) }
        if isMutation, !isRepeatable { statuses.formUnion([413, 422]) }
        return statuses.sorted()
    }
}
