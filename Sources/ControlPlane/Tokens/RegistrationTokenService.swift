import EventLoop
import Model
import TLS

/// Tokens that let machines become nodes: listed, made, taken back.
@LoopActor
final class RegistrationTokenService {
    private let host: ClusterHost
    private let credentials: Credentials
    private let tokens: NamedTokens<RegistrationTokenRow>
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
        let request = try TokenRequest.read(call, .registration, at: now)
        guard let grant = call.grant, let name = request.name else { throw .operatorForbidden }
        try tokens.refuse(name)
        let token = random.nextAlphanumeric(count: ControlPlaneLimits.tokenCharacters)
        let row = RegistrationTokenRow(
            id: random.nextIdentifier(), name: name, hash: credentials.hash(token).bytes, createdAt: now,
            createdBy: grant.name, expiresAt: request.expiresAt, maxUses: request.maxUses)
        return try tokens.add(row, token, isDryRun: isDryRun)
    }

    func revoke(_ call: APICall) throws(Refusal) -> APIRoute.Disposition { try tokens.revoke(call) }
}
