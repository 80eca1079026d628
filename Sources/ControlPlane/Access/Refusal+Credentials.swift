import JSON
import Model

/// What is said of a credential that is not good enough.
extension Refusal {
    /// The same refusal, with the reason that the audit log counts it under.
    func faulted(_ fault: CredentialFault) -> Refusal {
        var refusal = self
        refusal.credentialFault = fault
        return refusal
    }

    /// Agents hear the same whether the node is unknown or the token wrong.
    static let nodeUnauthorized = Refusal(
        .unauthorized, "unauthorized", "the node credential is missing or wrong",
        headers: [("www-authenticate", "Bearer realm=\"fledx node\"")])

    static let nodeExpired = Refusal(
        .unauthorized, "unauthorized", "the node credential has expired; an operator can issue another one",
        headers: [("www-authenticate", "Bearer realm=\"fledx node\"")]
    ).faulted(.expired)

    static let registrationUnauthorized = Refusal(
        .unauthorized, "unauthorized", "the registration token is missing or wrong",
        headers: [("www-authenticate", "Bearer realm=\"fledx registration\"")])

    static let registrationExpired = Refusal(
        .unauthorized, "unauthorized", "the registration token has expired",
        headers: [("www-authenticate", "Bearer realm=\"fledx registration\"")]
    ).faulted(.expired)

    static let registrationUsedUp = Refusal(
        .unauthorized, "unauthorized", "the registration token has registered as many nodes as it may",
        headers: [("www-authenticate", "Bearer realm=\"fledx registration\"")]
    ).faulted(.usedUp)

    static func operatorUnauthorized(_ header: String) -> Refusal {
        Refusal(
            .unauthorized, "unauthorized", "an operator token is needed: send '\(header): Bearer TOKEN'",
            headers: [("www-authenticate", "Bearer realm=\"fledx operator\"")]
        ).faulted(.missing)
    }

    static let operatorForbidden = Refusal(.forbidden, "forbidden", "the operator token is unknown")
        .faulted(.unknown)

    static let operatorExpired = Refusal(.forbidden, "token_expired", "the operator token has expired")
        .faulted(.expired)

    static let operatorDisabled = Refusal(
        .forbidden, "token_disabled",
        "operator tokens of the environment are switched off while a stored admin token is in use"
    ).faulted(.disabled)

    /// The token is known, but was not made for this.
    static func missingScope(_ scope: OperatorScope) -> Refusal {
        var refusal = Refusal(
            .forbidden, "missing_scope",
            "the operator token lacks the scope '\(scope.rawValue)'; use one that has it"
        ).faulted(.missingScope)
        refusal.extra = [JSONMember(key: "missing_scope", value: .string(scope.rawValue))]
        return refusal
    }

    /// Too many wrong credentials came from there; a good one is never answered so.
    static func tooManyFailures(_ excess: FailureLimiter.Excess) -> Refusal {
        Refusal(
            .tooManyRequests, "rate_limited",
            "too many wrong credentials came from this address; a good one is still taken at once",
            headers: [
                ("retry-after", "\(excess.secondsLeft)"), ("x-ratelimit-limit", "\(excess.limit)"),
                ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "\(excess.secondsLeft)"),
            ])
    }
}
