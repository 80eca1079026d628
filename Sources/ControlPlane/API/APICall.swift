import EventLoop
import HTTP1
import HTTPServer
import Model

/// One request on its way through the control plane.
@LoopActor
final class APICall {
    let request: HTTPRequest
    /// Who speaks, once a node credential was recognised.
    var node: NodeTokenIndex.Holder?
    /// Knows which peers are proxies.
    var clients = ClientAddress(trusting: [])
    /// The stored registration token that was shown, if one was.
    var registrationToken: RegistrationTokenID?
    /// Who speaks, once an operator's credential was recognised.
    var grant: OperatorGrant?
    /// Called when the client is gone, or out of patience, before its answer.
    var onAbandoned: (@LoopActor () -> Void)?
    /// What the request did to each of several things, for the audit log.
    var consequences: [Consequence] = []
    /// Writes down that what cannot be taken back begins; nil where nothing of the kind does.
    var begins: (@LoopActor (APICall) throws(Refusal) -> UInt64)?
    /// Whether it has begun: from then on nobody may be told that nothing was done.
    var hasBegun = false
    /// Takes the answer of a handler that answers later.
    var send: (@LoopActor (Result<Answer, Refusal>) -> Void)?

    private nonisolated static let scheme = Array("bearer ".utf8)

    init(_ request: HTTPRequest) { self.request = request }

    var requestID: String { request.requestID }
    var body: [UInt8] { request.body }

    func header(_ name: String) -> String? { request.headers[name] }

    func parameter(_ name: String) -> String {
        request.parameters.first { $0.name == name }?.value ?? ""
    }

    func query() throws(Refusal) -> QueryReader {
        do {
            return QueryReader(try request.query().parameters.map { ($0.name, $0.value) })
        } catch {
            throw Refusal(error.status, error.code, error.message)
        }
    }

    /// The client's address, whether or not a proxy stands between.
    var client: String { clients.client(peer: request.peer, headers: request.headers) }

    /// Whether the peer is this machine and not a proxy on it.
    var isDirectLoopback: Bool {
        request.isLoopbackPeer && !request.headers.contains("forwarded")
            && !request.headers.contains("x-forwarded-for")
    }

    /// Answers later, once; further answers are dropped.
    func answer(_ result: Result<Answer, Refusal>) {
        let send = send
        self.send = nil
        onAbandoned = nil
        send?(result)
    }

    /// The token of `Bearer TOKEN` in a header.
    func bearer(_ header: String) -> String? {
        guard let value = self.header(header), value.utf8.count <= ControlPlaneLimits.credentialBytes,
            value.utf8.count > 7, Self.isBearer(value)
        else { return nil }
        return String(value.utf8.dropFirst(7))
    }

    private nonisolated static func isBearer(_ value: String) -> Bool {
        var index = 0
        for byte in value.utf8 {
            guard index < scheme.count else { return true }
            guard HTTPToken.lowercased(byte) == scheme[index] else { return false }
            index += 1
        }
        return false
    }

    /// Refuses query parameters of an operation that has none.
    func refuseQuery() throws(Refusal) {
        var reader = try query()
        try reader.finish()
    }

    /// Reads the query of an operation that knows `dry_run` only.
    func isDryRun() throws(Refusal) -> Bool {
        var reader = try query()
        let isDryRun = reader.flag("dry_run")
        try reader.finish()
        return isDryRun
    }
}
