import ClusterCore
import EventLoop
import JSON
import Model
import TLS

/// Turns machines into nodes and hands each its credential, once.
@LoopActor
final class RegistrationService {
    private let host: ClusterHost
    private let credentials: Credentials
    private let tunnel: TunnelEndpoint
    private var random = SystemIDSource()

    init(host: ClusterHost, credentials: Credentials, settings: ControlPlaneSettings) {
        self.host = host
        self.credentials = credentials
        tunnel = settings.tunnel
    }

    func register(_ call: APICall) throws(Refusal) -> APIRoute.Disposition {
        let isDryRun = try call.isDryRun()
        let request = try RegistrationReader.read(try call.jsonBody())
        let token = random.nextAlphanumeric(count: ControlPlaneLimits.tokenCharacters)
        let command = RegisterNode(
            nodeID: try nodeID(request, call), name: request.name, inventory: request.inventory,
            tokenHash: credentials.hash(token).bytes, requestID: call.requestID)
        let stored = try storedToken(call, command.nodeID)
        if isDryRun {
            _ = try host.rehearse(.registerNode(command))
            return .answer(.empty(.noContent))
        }
        let reply = try perform(command)
        // In the turn of the loop of the registration, so that a node and its use of the token are one transaction.
        if reply.isNew, let stored {
            try host.decide([.putRegistration(stored.used(for: reply.nodeID, at: host.clock.now().wall))])
        }
        let response = RegistrationResponse(nodeID: reply.nodeID, nodeToken: token, tunnel: tunnel)
        return .answer(
            try .json(
                response, status: .created,
                headers: [("cache-control", "no-store"), ("location", "/api/v1/nodes/\(reply.nodeID)")]))
    }

    /// The stored token that was shown; it may have been taken back or used up since the head was read.
    private func storedToken(_ call: APICall, _ node: NodeID?) throws(Refusal) -> RegistrationTokenRow? {
        guard let id = call.registrationToken else { return nil }
        guard let row = host.access.registrations[id] else { throw .registrationUnauthorized }
        guard row.isUsedUp else { return row }
        guard let node, row.recentNodes.contains(node) else { throw .registrationUsedUp }
        return row
    }

    private func perform(_ command: RegisterNode) throws(Refusal) -> Reply.Registration {
        let reply: Reply
        do {
            reply = try host.perform(.registerNode(command))
        } catch {
            throw Self.naming(command.nodeID, in: error)
        }
        guard case .registration(let registration) = reply else {
            throw Refusal(.internalServerError, "internal_error", "the registration was not answered")
        }
        return registration
    }

    /// Adds the id to the refusal of a repetition that comes too late: the token was shown once.
    private static func naming(_ id: NodeID?, in refusal: Refusal) -> Refusal {
        guard refusal.code == "already_done", let id else { return refusal }
        var refusal = refusal
        refusal.extra = [JSONMember(key: "node_id", value: .string(id.description))]
        return refusal
    }

    /// Who names no id but a key gets one that follows from the key, so that a repetition means the same node.
    private func nodeID(_ request: RegistrationRequest, _ call: APICall) throws(Refusal) -> NodeID? {
        if let id = request.nodeID { return id }
        guard let key = call.header("idempotency-key") else { return nil }
        guard (1...SpecLimits.fieldBytes).contains(key.utf8.count) else {
            throw .badRequest("Idempotency-Key must have 1 to \(SpecLimits.fieldBytes) characters")
        }
        let hash = credentials.hash("registration \(key)").bytes
        let words = [hash[0..<8], hash[8..<16]].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        return NodeID(UUIDValue(randomHigh: words[0], randomLow: words[1]))
    }
}
