import EventLoop
import JSON
import Model
import TLS

/// Operators' tokens: listed, made, taken back.
@LoopActor
final class OperatorTokenService {
    private let host: ClusterHost
    private let credentials: Credentials
    private let tokens: NamedTokens<OperatorTokenRow>
    private var random = SystemIDSource()

    init(host: ClusterHost, credentials: Credentials) {
        self.host = host
        self.credentials = credentials
        tokens = NamedTokens(host: host)
    }

    func list(_ call: APICall) throws(Refusal) -> APIRoute.Disposition { try tokens.list(call) }

    func create(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let now = host.clock.now().wall
        let request = try TokenRequest.read(call, .operator, at: now)
        guard let grant = call.grant, let name = request.name, let permission = request.permission else {
            throw .operatorForbidden
        }
        let token = random.nextAlphanumeric(count: ControlPlaneLimits.tokenCharacters)
        let row = OperatorTokenRow(
            id: random.nextIdentifier(), name: name, permission: permission,
            hash: credentials.hash(token).bytes, createdAt: now, createdBy: grant.name,
            expiresAt: request.expiresAt)
        // Nobody gives away more than they have.
        for scope in OperatorScope.allCases where row.scopes.contains(scope) { try grant.require(scope) }
        try tokens.refuse(name)
        return try tokens.add(row, token, isDryRun: isDryRun)
    }

    func revoke(_ call: APICall) throws(Refusal) -> APIRoute.Disposition { try tokens.revoke(call) }
}

extension Answer {
    /// A new token, shown this once.
    static func token(
        _ id: UUIDValue, _ token: String, _ expiresAt: Timestamp?, at location: String
    ) throws(Refusal) -> Answer {
        var answer = try Answer.json(
            TokenCreated(tokenID: id, token: token, expiresAt: expiresAt), status: .created,
            headers: [("cache-control", "no-store"), ("location", location)])
        answer.shownOnce = JSONMember(key: "token_id", value: .string("\(id)"))
        return answer
    }
}

extension Refusal {
    static let tooManyTokens = Refusal(
        .conflict, "too_many_tokens",
        "\(ControlPlaneLimits.storedTokens) tokens of this kind are stored already; revoke some first")

    static func tokenNameTaken(_ name: String) -> Refusal {
        Refusal(
            .conflict, "name_taken", "another token is named \(name)",
            details: [
                FieldFault(field: "name", message: "is taken; revoke that token or choose another name")
            ])
    }
}
