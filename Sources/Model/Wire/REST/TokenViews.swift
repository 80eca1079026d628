/// An operator's token as it is listed: everything but the token.
public struct OperatorTokenView: Codable, Hashable, Sendable {
    /// Names it.
    public var tokenID: OperatorTokenID
    /// What people call it.
    public var name: String
    /// The role it was made with; nil when its scopes were listed one by one.
    public var role: OperatorRole?
    /// What it allows now.
    public var scopes: [OperatorScope]
    /// When it was made.
    public var createdAt: Timestamp
    /// Who made it.
    public var createdBy: String
    /// When it stops working; nil for never.
    public var expiresAt: Timestamp?
    /// Whether that moment has passed.
    public var expired: Bool
    /// When it was last used, at most an hour old; nil while it was not.
    public var lastUsed: Timestamp?

    /// Puts a view together.
    public init(
        tokenID: OperatorTokenID, name: String, role: OperatorRole?, scopes: [OperatorScope],
        createdAt: Timestamp, createdBy: String, expiresAt: Timestamp?, expired: Bool, lastUsed: Timestamp?
    ) {
        self.tokenID = tokenID
        self.name = name
        self.role = role
        self.scopes = scopes
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.expired = expired
        self.lastUsed = lastUsed
    }

    private enum CodingKeys: String, CodingKey {
        case name, role, scopes, expired
        case tokenID = "token_id"
        case createdAt = "created_at"
        case createdBy = "created_by"
        case expiresAt = "expires_at"
        case lastUsed = "last_used"
    }
}

/// A registration token as it is listed: everything but the token.
public struct RegistrationTokenView: Codable, Hashable, Sendable {
    /// Names it.
    public var tokenID: RegistrationTokenID
    /// What people call it.
    public var name: String
    /// When it was made.
    public var createdAt: Timestamp
    /// Who made it.
    public var createdBy: String
    /// When it stops working; nil for never.
    public var expiresAt: Timestamp?
    /// Whether that moment has passed.
    public var expired: Bool
    /// How many nodes it may register; nil for any number.
    public var maxUses: Int64?
    /// How many nodes it has registered.
    public var uses: Int64
    /// When it last registered a node; nil while it did not.
    public var lastUsed: Timestamp?

    /// Puts a view together.
    public init(
        tokenID: RegistrationTokenID, name: String, createdAt: Timestamp, createdBy: String,
        expiresAt: Timestamp?, expired: Bool, maxUses: Int64?, uses: Int64, lastUsed: Timestamp?
    ) {
        self.tokenID = tokenID
        self.name = name
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.expired = expired
        self.maxUses = maxUses
        self.uses = uses
        self.lastUsed = lastUsed
    }

    private enum CodingKeys: String, CodingKey {
        case name, expired, uses
        case tokenID = "token_id"
        case createdAt = "created_at"
        case createdBy = "created_by"
        case expiresAt = "expires_at"
        case maxUses = "max_uses"
        case lastUsed = "last_used"
    }
}

/// A node's token as it is listed: everything but the token.
public struct NodeTokenView: Codable, Hashable, Sendable {
    /// Names it.
    public var tokenID: TokenID
    /// When it was made.
    public var createdAt: Timestamp
    /// When it stops working; nil for never.
    public var expiresAt: Timestamp?
    /// Whether that moment has passed.
    public var expired: Bool
    /// When it was last used, at most an hour old; nil while it was not.
    public var lastUsed: Timestamp?

    /// Puts a view together.
    public init(
        tokenID: TokenID, createdAt: Timestamp, expiresAt: Timestamp?, expired: Bool, lastUsed: Timestamp?
    ) {
        self.tokenID = tokenID
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.expired = expired
        self.lastUsed = lastUsed
    }

    private enum CodingKeys: String, CodingKey {
        case expired
        case tokenID = "token_id"
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case lastUsed = "last_used"
    }
}

/// The answer to a request for a token, of whatever kind; the token is shown only here.
public struct TokenCreated: Codable, Hashable, Sendable {
    /// Names it.
    public var tokenID: UUIDValue
    /// The token itself.
    public var token: String
    /// When it stops working; nil for never.
    public var expiresAt: Timestamp?

    /// Puts an answer together.
    public init(tokenID: UUIDValue, token: String, expiresAt: Timestamp?) {
        self.tokenID = tokenID
        self.token = token
        self.expiresAt = expiresAt
    }

    private enum CodingKeys: String, CodingKey {
        case token
        case tokenID = "token_id"
        case expiresAt = "expires_at"
    }
}
