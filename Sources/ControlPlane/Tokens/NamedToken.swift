import EventLoop
import Model

/// A stored token that operators name: one of an operator, or one that lets machines become nodes.
protocol NamedToken: StoredToken {
    associatedtype View: Codable & Sendable

    /// What it is called in refusals.
    static var words: String { get }
    /// The last segment of its paths.
    static var collection: String { get }
    /// All that are stored.
    @LoopActor static func stored(in access: AccessState) -> [Self]

    var name: String { get }
    var expiresAt: Timestamp? { get }
    /// The change that stores it, and the one that takes it back.
    var storing: AccessChange { get }
    var removing: AccessChange { get }
    /// What is shown of it.
    func view(at now: Timestamp) -> View
}

/// What the services of named tokens do alike.
@LoopActor
struct NamedTokens<Token: NamedToken> {
    let host: ClusterHost

    func list(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let now = host.clock.now().wall
        return try Token.page(Token.stored(in: host.access), call, of: Token.collection) { $0.view(at: now) }
    }

    /// Refuses a name that is taken, and one token too many.
    func refuse(_ name: String) throws(Refusal) {
        let stored = Token.stored(in: host.access)
        guard stored.count < ControlPlaneLimits.storedTokens else { throw .tooManyTokens }
        guard !stored.contains(where: { $0.name == name }) else { throw .tokenNameTaken(name) }
    }

    /// Stores a token and shows its secret this once; a rehearsal shows the token as it would be.
    func add(_ row: Token, _ secret: String, isDryRun: Bool) throws(Refusal) -> APIRoute.Disposition {
        try host.requireStorage()
        guard !isDryRun else { return .answer(try .json(row.view(at: host.clock.now().wall))) }
        try host.decide([row.storing])
        let path = "/api/v1/\(Token.collection)/\(row.id)"
        return .answer(try .token(row.id.uuid, secret, row.expiresAt, at: path))
    }

    /// Takes a token back by its id or its name.
    func revoke(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let reference = call.parameter("id")
        let found = Token.stored(in: host.access).first { "\($0.id)" == reference || $0.name == reference }
        guard let row = found else { throw .notFound(Token.words, reference) }
        try host.requireStorage()
        if !isDryRun { try host.decide([row.removing]) }
        return .answer(.empty(.noContent))
    }
}

extension OperatorTokenRow: NamedToken {
    static var words: String { "operator token" }
    static var collection: String { "operator-tokens" }
    static func stored(in access: AccessState) -> [OperatorTokenRow] { Array(access.operators.values) }
    var storing: AccessChange { .putOperator(self) }
    var removing: AccessChange { .deleteOperator(id) }

    func view(at now: Timestamp) -> OperatorTokenView {
        OperatorTokenView(
            tokenID: id, name: name, role: role,
            scopes: OperatorScope.allCases.filter { scopes.contains($0) }, createdAt: createdAt,
            createdBy: createdBy, expiresAt: expiresAt, expired: isExpired(at: now), lastUsed: lastUsed)
    }
}

extension RegistrationTokenRow: NamedToken {
    static var words: String { "registration token" }
    static var collection: String { "registration-tokens" }
    static func stored(in access: AccessState) -> [RegistrationTokenRow] {
        Array(access.registrations.values)
    }
    var storing: AccessChange { .putRegistration(self) }
    var removing: AccessChange { .deleteRegistration(id) }

    func view(at now: Timestamp) -> RegistrationTokenView {
        RegistrationTokenView(
            tokenID: id, name: name, createdAt: createdAt, createdBy: createdBy, expiresAt: expiresAt,
            expired: isExpired(at: now), maxUses: maxUses, uses: uses, lastUsed: lastUsed)
    }
}
