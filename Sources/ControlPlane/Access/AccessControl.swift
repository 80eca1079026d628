import ClusterCore
import EventLoop
import JSON
import Logging
import Model
import TLS
import Tunnel

/// Decides from a request's head who speaks and whether they may.
@LoopActor
final class AccessControl {
    /// Who the client behind a connection is.
    let clients: ClientAddress
    /// Hears of every refused credential, and whether its client has shown too many already.
    var onRefused: (@LoopActor (APICall, CredentialFault, _ isExcess: Bool) -> Void)?

    private let host: ClusterHost
    private let credentials: Credentials
    private let operatorHeader: String
    private let tunnelHeader: String
    private let metricsRequireAuth: Bool?
    private var failures = FailureLimiter(perMinute: ControlPlaneLimits.failedCredentialsPerMinute)
    private var registrationFailures: FailureLimiter
    let environment: EnvironmentTokens

    init(host: ClusterHost, credentials: Credentials, settings: ControlPlaneSettings, logger: Logger) {
        self.host = host
        self.credentials = credentials
        operatorHeader = settings.operatorHeader
        tunnelHeader = settings.tunnel.tokenHeader
        metricsRequireAuth = settings.metricsRequireAuth
        clients = ClientAddress(trusting: settings.trustedProxies)
        registrationFailures = FailureLimiter(perMinute: settings.registrationFailuresPerMinute)
        environment = EnvironmentTokens(credentials, settings, logger)
    }

    func authorize(_ call: APICall, for access: RouteAccess) throws(Refusal) {
        call.clients = clients
        do {
            try check(call, access)
        } catch {
            guard let fault = error.credentialFault else { throw error }
            let excess = fault.isWrong ? count(call, access) : nil
            onRefused?(call, fault, excess != nil)
            guard let excess else { throw error }
            throw .tooManyFailures(excess)
        }
    }

    private func check(_ call: APICall, _ access: RouteAccess) throws(Refusal) {
        switch access {
        case .open: return
        case .operators(let scope): try authorizeOperator(call, for: scope)
        case .registration: try authorizeRegistration(call)
        case .node: try authorizeNode(call, named: call.parameter("id"), by: "authorization")
        case .tunnel:
            try authorizeNode(call, named: call.header(TunnelProtocol.nodeHeader) ?? "", by: tunnelHeader)
        case .metrics:
            guard metricsRequireAuth ?? !call.isDirectLoopback else { return }
            try authorizeOperator(call, for: .metricsRead)
        }
    }

    /// The operator that speaks to a route that is open to all; nil for anybody else.
    ///
    /// A wrong credential is counted as everywhere, and changes nothing.
    func identify(_ call: APICall) -> OperatorGrant? {
        guard let token = call.bearer(operatorHeader) else { return nil }
        do throws(Refusal) {
            return try grant(credentials.hash(token))
        } catch {
            guard let fault = error.credentialFault else { return nil }
            onRefused?(call, fault, fault.isWrong && count(call, .open) != nil)
            return nil
        }
    }

    /// A hash of the operator's credential, to tell one client's keys from another's.
    func speaker(_ call: APICall) -> [UInt8] {
        call.bearer(operatorHeader).map { credentials.hash($0).bytes } ?? []
    }

    private func count(_ call: APICall, _ access: RouteAccess) -> FailureLimiter.Excess? {
        let now = host.clock.now().monotonic
        let address = ClientAddress.network(of: call.client)
        guard case .registration = access else { return failures.failed(address, now: now) }
        return registrationFailures.failed(address, now: now)
    }

    private func authorizeOperator(_ call: APICall, for scope: OperatorScope) throws(Refusal) {
        guard let token = call.bearer(operatorHeader) else { throw .operatorUnauthorized(operatorHeader) }
        let grant = try grant(credentials.hash(token))
        call.grant = grant
        try grant.require(scope)
    }

    private func grant(_ hash: KeyedHash) throws(Refusal) -> OperatorGrant {
        guard let row = host.access.operatorToken(of: hash.bytes) else {
            guard let grant = try environment.grant(hash, host) else { throw .operatorForbidden }
            return grant
        }
        let now = host.clock.now().wall
        guard !row.isExpired(at: now) else { throw .operatorExpired }
        noteUse(of: row, at: now)
        return row.grant
    }

    /// The first use is a decision, for others depend on it; later ones are written once an hour and may be lost.
    private func noteUse(of row: OperatorTokenRow, at now: Timestamp) {
        var used = row
        used.lastUsed = now
        guard let last = row.lastUsed else {
            // A store that refuses changes at present hears of it at the next use.
            do { try host.decide([.putOperator(used)]) } catch { return }
            return
        }
        guard now.milliseconds - last.milliseconds >= ControlPlaneLimits.lastUsedMilliseconds else { return }
        host.note(.putOperator(used))
    }

    private func authorizeRegistration(_ call: APICall) throws(Refusal) {
        guard let token = call.bearer("authorization") else {
            throw .registrationUnauthorized.faulted(.missing)
        }
        let hash = credentials.hash(token)
        if credentials.isRegistration(hash) { return }
        guard let row = host.access.registrationToken(of: hash.bytes) else {
            throw .registrationUnauthorized.faulted(.unknown)
        }
        call.registrationToken = row.id
        guard !row.isExpired(at: host.clock.now().wall) else { throw .registrationExpired }
        // One that is used up still lets the machines in whose answer was lost; the body tells which one asks.
        guard !row.isUsedUp || !row.recentNodes.isEmpty else { throw .registrationUsedUp }
    }

    private func authorizeNode(_ call: APICall, named name: String, by header: String) throws(Refusal) {
        guard let token = call.bearer(header) else { throw .nodeUnauthorized.faulted(.missing) }
        guard let id = NodeID(name),
            let holder = host.tokens.holder(of: credentials.hash(token)), holder.nodeID == id
        else { throw .nodeUnauthorized.faulted(.unknown) }
        if let end = holder.expiresAt, end <= host.clock.now().wall { throw .nodeExpired }
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
