import EventLoop
import JSON
import Model
import SQLite
import TLS

/// Operators' tokens: listed, made, taken back.
@LoopActor
final class OperatorTokenService {
    private let host: ClusterHost
    private let credentials: Credentials
    private var random = SystemIDSource()

    init(host: ClusterHost, credentials: Credentials) {
        self.host = host
        self.credentials = credentials
    }

    func list(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let now = host.clock.now().wall
        return try OperatorTokenRow.page(host.access.operators.values, call, of: "operator-tokens") {
            Self.view($0, now)
        }
    }

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
        try check(row, madeBy: grant)
        try host.requireStorage()
        guard !isDryRun else { return .answer(try .json(Self.view(row, now))) }
        try host.decide([.putOperator(row)])
        return .answer(try .token(row.id.uuid, token, row.expiresAt, at: "/api/v1/operator-tokens/\(row.id)"))
    }

    func revoke(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let reference = call.parameter("id")
        let found = host.access.operators.values.first { "\($0.id)" == reference || $0.name == reference }
        guard let row = found else { throw .notFound("operator token", reference) }
        try host.requireStorage()
        guard !isDryRun else { return .answer(.empty(.noContent)) }
        try host.decide([.deleteOperator(row.id)])
        return .answer(.empty(.noContent))
    }

    /// Nobody gives away more than they have.
    private func check(_ row: OperatorTokenRow, madeBy grant: OperatorGrant) throws(Refusal) {
        for scope in OperatorScope.allCases where row.scopes.contains(scope) { try grant.require(scope) }
        guard host.access.operators.count < ControlPlaneLimits.storedTokens else {
            throw .tooManyTokens
        }
        guard !host.access.operators.values.contains(where: { $0.name == row.name }) else {
            throw .tokenNameTaken(row.name)
        }
    }

    private static func view(_ row: OperatorTokenRow, _ now: Timestamp) -> OperatorTokenView {
        OperatorTokenView(
            tokenID: row.id, name: row.name, role: row.role,
            scopes: OperatorScope.allCases.filter { row.scopes.contains($0) }, createdAt: row.createdAt,
            createdBy: row.createdBy, expiresAt: row.expiresAt, expired: row.isExpired(at: now),
            lastUsed: row.lastUsed)
    }
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
