import Model

/// Who an operator's credential speaks for, and what it allows.
struct OperatorGrant: Hashable, Sendable {
    /// The stored credential; nil for one of the settings.
    var tokenID: OperatorTokenID?
    /// What audit entries show as the credential's id.
    var actorID: String
    /// What people call it.
    var name: String
    /// Its role; nil when its scopes were listed one by one.
    var role: OperatorRole?
    /// What it allows.
    var scopes: Set<OperatorScope>
    /// When it stops working; nil for never.
    var expiresAt: Timestamp?

    /// A credential of the settings: everything is allowed.
    static func environment(actorID: String) -> OperatorGrant {
        OperatorGrant(
            actorID: actorID, name: "environment", role: .admin, scopes: Set(OperatorScope.allCases))
    }

    /// What is told of its end.
    var endWords: String { "the operator token '\(name)' is not valid any more" }

    /// Refuses what the credential does not allow.
    func require(_ scope: OperatorScope) throws(Refusal) {
        guard scopes.contains(scope) else { throw .missingScope(scope) }
    }
}
