/// Why a credential was not good enough, as the audit log counts it.
enum CredentialFault: String, Hashable, Sendable {
    /// None was shown.
    case missing = "missing_credential"
    /// Nobody was given it, or it was revoked.
    case unknown = "unknown_credential"
    /// It has stopped working.
    case expired = "expired_credential"
    /// It has registered as many nodes as it may.
    case usedUp = "used_up_credential"
    /// It is one of the environment, and those are switched off.
    case disabled = "disabled_credential"
    /// It is good, but was not made for this.
    case missingScope = "missing_scope"

    /// Whether it may be a guess.
    var isWrong: Bool { self == .unknown || self == .expired || self == .usedUp || self == .disabled }
}
