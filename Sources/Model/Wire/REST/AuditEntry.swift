/// What somebody did or tried, as the audit log keeps it.
public struct AuditEntry: Codable, Hashable, Sendable {
    /// How it ended.
    public enum Result: String, Codable, Hashable, Sendable, CaseIterable {
        /// What reaches into a node was let through; another entry of the same request tells how it ended.
        case begun
        /// It was done.
        case success
        /// It was refused, it failed, or, once begun, nobody waited for its end.
        case failure
    }

    /// Its number; later ones are greater.
    public var id: Int64
    /// When it happened.
    public var at: Timestamp
    /// What was done: `deployment.create`.
    public var action: String
    /// What kind of thing it was done to.
    public var resourceType: String
    /// Which one.
    public var resourceID: String?
    /// How it ended.
    public var result: Result
    /// The machine word of a failure.
    public var code: String?
    /// Which credential it was done with.
    public var actorID: String?
    /// What that credential is called.
    public var actor: String?
    /// The role of that credential.
    public var role: String?
    /// The request.
    public var requestID: String?
    /// The client's address.
    public var client: String?
    /// How many times it happened, for refused credentials that are counted together.
    public var count: Int64
    /// What was asked for, without secrets.
    public var payload: String?

    /// Puts an entry together.
    public init(
        id: Int64, at: Timestamp, action: String, resourceType: String, resourceID: String? = nil,
        result: Result, code: String? = nil, actorID: String? = nil, actor: String? = nil,
        role: String? = nil, requestID: String? = nil, client: String? = nil, count: Int64 = 1,
        payload: String? = nil
    ) {
        self.id = id
        self.at = at
        self.action = action
        self.resourceType = resourceType
        self.resourceID = resourceID
        self.result = result
        self.code = code
        self.actorID = actorID
        self.actor = actor
        self.role = role
        self.requestID = requestID
        self.client = client
        self.count = count
        self.payload = payload
    }

    private enum CodingKeys: String, CodingKey {
        case id, action, code, actor, client, count, payload
        case at = "created_at"
        case resourceType = "resource_type"
        case resourceID = "resource_id"
        case result = "status"
        case actorID = "operator_token_id"
        case role = "operator_role"
        case requestID = "request_id"
    }
}

/// One page of the audit log, newest first.
public struct AuditPage: Codable, Hashable, Sendable {
    /// The entries.
    public var items: [AuditEntry]
    /// The most entries a page was asked to have.
    public var limit: Int
    /// How many were skipped, when that was asked for.
    public var offset: Int?
    /// What to ask for next; nil on the last page.
    public var nextCursor: String?
    /// How many entries match in all.
    public var total: Int

    /// Puts a page together.
    public init(items: [AuditEntry], limit: Int, offset: Int?, nextCursor: String?, total: Int) {
        self.items = items
        self.limit = limit
        self.offset = offset
        self.nextCursor = nextCursor
        self.total = total
    }

    private enum CodingKeys: String, CodingKey {
        case items, limit, offset, total
        case nextCursor = "next_cursor"
    }
}
