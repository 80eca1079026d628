public import Model

/// One node credential; only its keyed hash is known.
public struct TokenRow: Hashable, Sendable {
    /// Names the credential.
    public var id: TokenID
    /// The node it speaks for.
    public var nodeID: NodeID
    /// The keyed hash, opaque to the core.
    public var hash: [UInt8]
    /// When it was issued.
    public var createdAt: Timestamp
    /// When it stops working; nil for never.
    public var expiresAt: Timestamp?
    /// When it was last used, at most an hour old; nil until it is used for the first time.
    public var lastUsed: Timestamp?

    /// Makes a row.
    public init(
        id: TokenID, nodeID: NodeID, hash: [UInt8], createdAt: Timestamp, expiresAt: Timestamp? = nil,
        lastUsed: Timestamp? = nil
    ) {
        self.id = id
        self.nodeID = nodeID
        self.hash = hash
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsed = lastUsed
    }
}
