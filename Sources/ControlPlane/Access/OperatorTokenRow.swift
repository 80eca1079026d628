import Model

/// A stored credential of an operator; only its keyed hash is known.
struct OperatorTokenRow: Hashable, Sendable {
    /// What it was made to allow.
    enum Permission: Hashable, Sendable {
        /// What a role allows, now and in later versions.
        case role(OperatorRole)
        /// These and no others.
        case scopes(Set<OperatorScope>)
    }

    let id: OperatorTokenID
    let name: String
    let permission: Permission
    let hash: [UInt8]
    let createdAt: Timestamp
    let createdBy: String
    let expiresAt: Timestamp?
    /// At most an hour old; nil until it is used for the first time.
    var lastUsed: Timestamp?

    var role: OperatorRole? {
        if case .role(let role) = permission { role } else { nil }
    }

    var scopes: Set<OperatorScope> {
        switch permission {
        case .role(let role): role.scopes
        case .scopes(let scopes): scopes
        }
    }

    func isExpired(at now: Timestamp) -> Bool { expiresAt.map { $0 <= now } ?? false }

    var grant: OperatorGrant {
        OperatorGrant(
            tokenID: id, actorID: "\(id)", name: name, role: role, scopes: scopes, expiresAt: expiresAt)
    }
}
