import EventLoop
import HTTPClient
import JSON
import Model

/// One command's conversation with a control plane.
@LoopActor
final class Session {
    let terminal: Terminal
    let baseURL: String
    let credentials: Credentials
    let client = HTTPClient()

    init(_ options: GlobalOptions, terminal: Terminal) throws {
        let environment = SystemInfo.environment
        self.terminal = terminal
        credentials = Credentials(options, environment)
        let variable = "FLEDX_CLI_CONTROL_PLANE_URL"
        baseURL = try ControlPlaneURL.checked(
            options.controlPlaneUrl ?? environment[variable] ?? "http://127.0.0.1:8080",
            from: options.controlPlaneUrl == nil ? variable : "--control-plane-url")
    }

    /// A request as the operator; the answer's body as it came.
    func send(
        _ method: HTTPMethod, _ path: String, body: [UInt8]? = nil, headers: [(String, String)] = []
    ) async throws -> [UInt8] {
        try await exchange(method, path, body: body, headers: try credentials.operatorHeaders() + headers)
    }

    /// A stream as the operator, as long as it goes on.
    func stream(_ path: String, headers: [(String, String)]) async throws -> HTTPBodyStream {
        var request = request(.get, path, headers: try credentials.operatorHeaders() + headers)
        request.headers.set("accept", "text/event-stream")
        request.deadlines = HTTPClientDeadlines(
            responseHead: Self.streamHeadMilliseconds, idle: Self.streamSilenceMilliseconds, total: nil)
        let response: HTTPStreamedResponse
        do {
            response = try await client.stream(request)
        } catch let failure as HTTPClientFailure {
            throw unreachable(failure)
        }
        guard response.head.status.isSuccess else {
            let body = (try? await response.body.collect(limit: Self.refusalBytes)) ?? []
            throw Refusal.failure(HTTPClientResponse(head: response.head, body: body), baseURL)
        }
        return response.body
    }

    /// How long the answer to a wish for a stream may take.
    private static let streamHeadMilliseconds: Int64 = 30_000
    /// The longest silence of a stream; the control plane says that it lives every 15 seconds.
    private static let streamSilenceMilliseconds: Int64 = 60_000
    /// The largest refusal that is read.
    private static let refusalBytes = 65_536

    /// A question that everybody may ask, without a credential.
    func ask(_ path: String) async throws -> [UInt8] {
        try await exchange(.get, path, body: nil, headers: [])
    }

    /// A request with a registration token instead of the operator's.
    func register(_ body: [UInt8], token: String) async throws -> [UInt8] {
        try await exchange(
            .post, "/api/v1/nodes/register", body: body,
            headers: [("authorization", "Bearer \(token)"), ("x-agent-version", Version.current)])
    }

    /// A request as the operator; the answer's body as a value.
    func fetch<Answer: Decodable>(
        _ method: HTTPMethod, _ path: String, body: [UInt8]? = nil
    ) async throws -> Answer {
        try decode(try await send(method, path, body: body))
    }

    /// A body as a value.
    func decode<Answer: Decodable>(_ body: [UInt8]) throws -> Answer {
        do {
            return try JSONCoder.decode(Answer.self, from: body)
        } catch {
            throw ConsoleFailure(
                .failed, "the control plane's answer could not be read: \(error)",
                hint: "is \(baseURL) a fledx control plane of a version near \(Version.current)?")
        }
    }

    private func exchange(
        _ method: HTTPMethod, _ path: String, body: [UInt8]?, headers: [(String, String)]
    ) async throws -> [UInt8] {
        var request = request(method, path, headers: headers)
        if let body {
            _ = request.headers.append("content-type", "application/json")
            request.body = .bytes(body)
        }
        let response: HTTPClientResponse
        do {
            response = try await client.request(request)
        } catch let failure as HTTPClientFailure {
            throw unreachable(failure)
        }
        guard response.head.status.isSuccess else { throw Refusal.failure(response, baseURL) }
        return response.body
    }

    private func request(
        _ method: HTTPMethod, _ path: String, headers: [(String, String)]
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(method, baseURL + path)
        for (name, value) in headers { _ = request.headers.append(name, value) }
        _ = request.headers.append("user-agent", "fledx/\(Version.current)")
        _ = request.headers.append("accept", "application/json")
        request.tls = credentials.tls
        return request
    }

    func unreachable(_ failure: HTTPClientFailure) -> ConsoleFailure {
        ConsoleFailure(
            .unreachable, "the control plane at \(baseURL) cannot be reached: \(failure.detail)",
            hint: failure.tlsFault.map(Self.hint) ?? Self.hint(baseURL, isTLS: failure.code == .tlsFailed))
    }

    /// What to do about a fault of TLS.
    nonisolated static func hint(_ fault: TLSFault) -> String {
        fault.advice(
            authoritySetting: "--ca-cert-path or FLEDX_CLI_CA_CERT_PATH",
            certificateSetting: "FLEDX_CLI_CLIENT_CERT_PATH and FLEDX_CLI_CLIENT_KEY_PATH")
    }

    /// What to try next.
    nonisolated static func hint(_ baseURL: String, isTLS: Bool) -> String {
        guard isTLS, baseURL.hasPrefix("https://") else {
            return "is fledx-cp running there? Set --control-plane-url or FLEDX_CLI_CONTROL_PLANE_URL"
        }
        return "does it speak plain HTTP? Then write http://\(baseURL.dropFirst(8)); "
            + "else name its authority with --ca-cert-path"
    }
}
