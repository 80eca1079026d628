import ClusterCore
import EventLoop
import JSON
import Model
import TLS

/// Decides from a request's head who speaks and whether they may.
@LoopActor
final class AccessControl {
    private let host: ClusterHost
    private let credentials: Credentials
    private let operatorHeader: String
    private let metricsRequireAuth: Bool?

    init(host: ClusterHost, credentials: Credentials, settings: ControlPlaneSettings) {
        self.host = host
        self.credentials = credentials
        operatorHeader = settings.operatorHeader
        metricsRequireAuth = settings.metricsRequireAuth
    }

    func authorize(_ call: APICall, for access: RouteAccess) throws(Refusal) {
        switch access {
        case .open: return
        case .operators(let scope): try authorizeOperator(call, for: scope)
        case .registration: try authorizeRegistration(call)
        case .node: try authorizeNode(call)
        case .metrics:
            guard metricsRequireAuth ?? !call.isDirectLoopback else { return }
            try authorizeOperator(call, for: .metricsRead)
        }
    }

    /// A hash of the operator's credential, to tell one client's keys from another's.
    func speaker(_ call: APICall) -> [UInt8] {
        call.bearer(operatorHeader).map { credentials.hash($0).bytes } ?? []
    }

    private func authorizeOperator(_ call: APICall, for scope: OperatorScope) throws(Refusal) {
        guard let token = call.bearer(operatorHeader) else { throw .operatorUnauthorized(operatorHeader) }
        guard credentials.isOperator(token) else { throw .operatorForbidden }
        let grant = OperatorGrant.environment(actorID: "environment")
        try grant.require(scope)
        call.grant = grant
    }

    private func authorizeRegistration(_ call: APICall) throws(Refusal) {
        guard let token = call.bearer("authorization"), credentials.isRegistration(token) else {
            throw .registrationUnauthorized
        }
    }

    private func authorizeNode(_ call: APICall) throws(Refusal) {
        guard let id = NodeID(call.parameter("id")), let token = call.bearer("authorization"),
            let holder = host.tokens.holder(of: credentials.hash(token)), holder.nodeID == id
        else { throw .nodeUnauthorized }
        call.node = holder
        guard let tombstone = host.cluster.nodeRow(id)?.tombstone else { return }
        throw .deletedNode(tombstone, epoch: host.cluster.epoch)
    }
}

extension Refusal {
    /// What an agent of a deleted node hears: whether its containers shall go as well.
    fileprivate static func deletedNode(_ tombstone: NodeRow.Tombstone, epoch: Epoch) -> Refusal {
        var refusal = Refusal(.gone, "gone", "the node was deleted at \(tombstone.deletedAt)")
        refusal.extra = [
            JSONMember(key: "epoch", value: .string(epoch.description)),
            JSONMember(key: "containers", value: .string(tombstone.removesContainers ? "remove" : "keep")),
        ]
        return refusal
    }
}
