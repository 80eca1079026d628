import EventLoop
import Model
import TLS

/// Tokens that let machines become nodes: listed, made, taken back.
@LoopActor
final class RegistrationTokenService {
    private let host: ClusterHost
    private let credentials: Credentials
    private var random = SystemIDSource()

    init(host: ClusterHost, credentials: Credentials) {
        self.host = host
        self.credentials = credentials
    }

    func list(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let now = host.clock.now().wall
        return try RegistrationTokenRow.page(
            host.access.registrations.values, call, of: "registration-tokens"
        ) { Self.view($0, now) }
    }

    func create(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let now = host.clock.now().wall
        let request = try TokenRequest.read(call, .registration, at: now)
        guard let grant = call.grant, let name = request.name else { throw .operatorForbidden }
        guard host.access.registrations.count < ControlPlaneLimits.storedTokens else { throw .tooManyTokens }
        guard !host.access.registrations.values.contains(where: { $0.name == name }) else {
            throw .tokenNameTaken(name)
        }
        let token = random.nextAlphanumeric(count: ControlPlaneLimits.tokenCharacters)
        let row = RegistrationTokenRow(
            id: random.nextIdentifier(), name: name, hash: credentials.hash(token).bytes, createdAt: now,
            createdBy: grant.name, expiresAt: request.expiresAt, maxUses: request.maxUses)
        try host.requireStorage()
        guard !isDryRun else { return .answer(try .json(Self.view(row, now))) }
        try host.decide([.putRegistration(row)])
        return .answer(
            try .token(row.id.uuid, token, row.expiresAt, at: "/api/v1/registration-tokens/\(row.id)"))
    }

    func revoke(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let reference = call.parameter("id")
        let found = host.access.registrations.values.first { "\($0.id)" == reference || $0.name == reference }
        guard let row = found else { throw .notFound("registration token", reference) }
        try host.requireStorage()
        guard !isDryRun else { return .answer(.empty(.noContent)) }
        try host.decide([.deleteRegistration(row.id)])
        return .answer(.empty(.noContent))
    }

    private static func view(_ row: RegistrationTokenRow, _ now: Timestamp) -> RegistrationTokenView {
        RegistrationTokenView(
            tokenID: row.id, name: row.name, createdAt: row.createdAt, createdBy: row.createdBy,
            expiresAt: row.expiresAt, expired: row.isExpired(at: now), maxUses: row.maxUses, uses: row.uses,
            lastUsed: row.lastUsed)
    }
}
