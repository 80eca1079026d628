import ClusterCore
import EventLoop
import Model
import SQLite
import TLS

/// The tokens of one node: listed, issued, taken back.
@LoopActor
final class NodeTokenService {
    private let host: ClusterHost
    private let credentials: Credentials
    private var random = SystemIDSource()

    init(host: ClusterHost, credentials: Credentials) {
        self.host = host
        self.credentials = credentials
    }

    func list(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let now = host.clock.now().wall
        return try TokenRow.page(host.cluster.tokens(of: try resolve(call)), call, of: "node-tokens") { row in
            NodeTokenView(
                tokenID: row.id, createdAt: row.createdAt, expiresAt: row.expiresAt,
                expired: row.expiresAt.map { $0 <= now } ?? false, lastUsed: row.lastUsed)
        }
    }

    func issue(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let node = try resolve(call)
        let request = try TokenRequest.read(call, .node, at: host.clock.now().wall)
        let token = random.nextAlphanumeric(count: ControlPlaneLimits.tokenCharacters)
        let command = Command.issueNodeToken(
            IssueNodeToken(
                nodeID: node, hash: credentials.hash(token).bytes, expiresAt: request.expiresAt,
                disablesExisting: request.disablesExisting, requestID: call.requestID))
        guard !isDryRun else {
            _ = try host.rehearse(command)
            return .answer(.empty(.noContent))
        }
        guard case .token(let id) = try host.perform(command) else {
            throw Refusal(.internalServerError, "internal_error", "the token was not issued")
        }
        return .answer(
            try .token(id.uuid, token, request.expiresAt, at: "/api/v1/nodes/\(node)/tokens/\(id)"))
    }

    func revoke(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let node = try resolve(call)
        guard let id = TokenID(call.parameter("token_id")) else {
            throw .notFound("token", call.parameter("token_id"))
        }
        let command = Command.revokeNodeToken(
            RevokeNodeToken(nodeID: node, tokenID: id, requestID: call.requestID))
        _ = isDryRun ? try host.rehearse(command) : try host.perform(command)
        return .answer(.empty(.noContent))
    }

    /// A live node by its id or its name.
    private func resolve(_ call: APICall) throws(Refusal) -> NodeID {
        let reference = call.parameter("id")
        if let id = NodeID(reference), host.cluster.node(id) != nil { return id }
        if let id = host.cluster.nodeID(named: reference) { return id }
        throw .notFound("node", reference)
    }
}
