internal import EventLoop
internal import HTTPClient
internal import JSON
internal import Model

/// Every call to the control plane.
@LoopActor
final class ControlPlaneLink {
    /// What a poll brought.
    enum Polled: Sendable {
        /// Nothing newer.
        case unchanged
        /// A document.
        case document(DesiredStateDocument)
    }

    /// Called when the control plane says with an answer that it misses this node's report.
    var onReportWanted: (@LoopActor () -> Void)?
    /// Called with the address this machine has towards the control plane, after each answer that came without a proxy.
    var onLocalAddress: (@LoopActor (String) -> Void)?
    /// What carries documents and reports while it is up.
    let tunnel = AgentTunnel()
    let http: HTTPClient
    private let base: String
    private let tls: HTTPClientTLS
    private let proxy: ProxyRules.Choice?
    let pin: AuthorityPin?

    init(
        http: HTTPClient, base: String, tls: HTTPClientTLS = HTTPClientTLS(),
        proxy: ProxyRules.Choice? = nil, pin: AuthorityPin? = nil
    ) {
        self.proxy = proxy
        self.http = http
        self.base = base
        self.tls = tls
        self.pin = pin
    }

    /// Registers this node; the answer has its token.
    func register(
        _ body: RegistrationRequest, token: Redacted<String>, idempotencyKey: String, identityFile: String
    ) async throws -> RegistrationResponse {
        var request = self.request(.post, "/api/v1/nodes/register", bearer: token)
        request.headers.append("idempotency-key", idempotencyKey)
        request.headers.append("content-type", "application/json")
        request.body = .bytes(try JSONCoder.encode(body))
        request.maximumBodyBytes = AgentLimits.answerBytes
        let response = try await exchange(request, "registration") {
            RefusalAdvice.registration(status: $0, code: $1, name: body.name, identityFile: identityFile)
        }
        return try decoded(response)
    }

    /// Sends an encoded report; the answer says what to do next.
    func heartbeat(
        _ identity: NodeIdentity, _ report: [UInt8], timeoutSecs: Int64
    ) async throws -> HeartbeatResponse {
        if let answer = try await tunnel.heartbeat(report, timeoutSecs: timeoutSecs) { return answer }
        var request = self.request(
            .post, "/api/v1/nodes/\(identity.nodeID)/heartbeats", bearer: identity.token)
        request.headers.append("content-type", "application/json")
        request.body = .bytes(report)
        request.deadlines.total = timeoutSecs * 1000
        request.maximumBodyBytes = AgentLimits.answerBytes
        return try decoded(
            try await exchange(request, "heartbeat") { status, _ in
                RefusalAdvice.node(status: status, identity)
            })
    }

    /// Asks for the desired state, waiting for news; `known` is the document this node has.
    func desiredState(
        _ identity: NodeIdentity, known: NodeReport.Applied?, waitSecs: Int64
    ) async throws -> Polled {
        let pushed = try await tunnel.desiredState(known: known, waitMilliseconds: waitSecs * 1000)
        if let pushed { return pushed }
        var request = self.request(
            .get, "/api/v1/nodes/\(identity.nodeID)/desired-state?wait=\(waitSecs)", bearer: identity.token)
        if let known { request.headers.append("if-none-match", "\"\(known.epoch).\(known.revision)\"") }
        request.deadlines.total = waitSecs * 1000 + AgentLimits.pollSlackMilliseconds
        request.maximumBodyBytes = AgentLimits.documentBytes
        let response = try await exchange(request, "desired state") { status, _ in
            RefusalAdvice.node(status: status, identity)
        }
        guard response.head.status != .notModified else { return .unchanged }
        return .document(try decoded(response))
    }

    private func request(_ method: HTTPMethod, _ path: String, bearer: Redacted<String>) -> HTTPClientRequest
    {
        var request = HTTPClientRequest(method, base + path)
        request.headers.append("authorization", "Bearer \(bearer.revealed)")
        request.headers.append("x-agent-version", Version.current)
        request.headers.append("accept", "application/json")
        request.tls = tls
        request.proxy = proxy
        request.tellsLocalAddress = proxy == nil
        return request
    }

    private func exchange(
        _ request: HTTPClientRequest, _ what: String,
        advise: (_ status: Int, _ code: String?) -> String?
    ) async throws -> HTTPClientResponse {
        var request = request
        if let pin { request.tls.authorityFile = try await pin.authorityFile() }
        let response: HTTPClientResponse
        do {
            response = try await http.request(request)
        } catch let failure as HTTPClientFailure {
            let advice = failure.tlsFault?.advice(
                authoritySetting: AgentConfiguration.authorityKeys,
                certificateSetting: AgentConfiguration.certificateKeys)
            throw AgentFailure(
                .unreachable,
                "\(what): \(base) cannot be reached\(proxy.words): \(failure.detail)"
                    + "\(advice.map { "; \($0)" } ?? "")")
        }
        if let address = response.localAddress { onLocalAddress?(address) }
        if response.head.headers["x-fledx-report-wanted"] != nil { onReportWanted?() }
        let status = response.head.status
        guard status.isError else { return response }
        // The body may be a proxy's page; the status says enough then.
        let body = try? JSONCoder.decode(ErrorBody.self, from: response.body)
        let words = body?.error ?? status.reason
        let advice = advise(status.code, body?.code).map { "; \($0)" } ?? ""
        let refused: Set<Int> = [401, 403, 404, 410]
        throw AgentFailure(
            refused.contains(status.code) ? .refused : status.code == 413 ? .tooLarge : .answer,
            "\(what): the control plane answered \(status.code): \(words)\(advice)",
            retryAfterMilliseconds: Self.pause(response.head.headers["retry-after"]), status: status.code,
            deletion: status == .gone ? try? JSONCoder.decode(NodeDeletion.self, from: response.body) : nil)
    }

    /// `Retry-After` in seconds, within bounds; the form with a date is not used between our programs.
    static func pause(_ text: String?) -> Int64? {
        guard let text, let seconds = Int64(text), seconds > 0 else { return nil }
        return min(seconds, AgentLimits.retryAfterMaxSecs) * 1000
    }

    private func decoded<Answer: Decodable>(_ response: HTTPClientResponse) throws -> Answer {
        do {
            return try JSONCoder.decode(Answer.self, from: response.body)
        } catch {
            throw AgentFailure(.answer, "the control plane's answer cannot be read", cause: error)
        }
    }
}

extension ProxyRules.Choice? {
    /// For the middle of a sentence.
    var words: String { map { " through the proxy \($0.shown)" } ?? "" }
}
