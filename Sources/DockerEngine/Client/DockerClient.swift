public import EventLoop
public import HTTPClient
internal import JSON
internal import Model

/// The Docker Engine API over one endpoint.
///
/// The API version is negotiated with the first call and again after the engine was away, since it may have been
/// replaced meanwhile. Nothing is retried here: the caller decides by the failure's class.
@LoopActor
public final class DockerClient {
    /// Where the engine is.
    public let endpoint: DockerEndpoint
    private let http: HTTPClient
    /// The version spoken, once negotiated.
    public private(set) var version: APIVersion?

    /// A client for one endpoint; the HTTP client may be shared.
    public init(endpoint: DockerEndpoint, http: HTTPClient) {
        self.endpoint = endpoint
        self.http = http
    }

    /// Asks whether the engine answers at all.
    public func ping() async throws {
        let answer = try await exchange(.get, "/_ping", Call("ping engine", milliseconds: 5_000), prefix: "")
        guard answer.head.status.code == 200 else {
            throw DockerFailure(
                .server(status: answer.head.status.code), operation: "ping engine", detail: "not ready")
        }
    }

    /// Settles the version to speak by the engine's first word, which names its newest version.
    ///
    /// Only an engine newer than we are has to be asked what its oldest is: for that answer Docker runs other programs,
    /// which takes it twenty times as long.
    public func greet() async throws {
        let operation = "negotiate version"
        let answer = try await exchange(.get, "/_ping", Call(operation, milliseconds: 10_000), prefix: "")
        _ = try Self.checked(answer, operation)
        let newest = answer.head.headers["api-version"].flatMap { APIVersion($0) }
        guard let newest, (DockerLimits.oldestVersion...DockerLimits.newestVersion).contains(newest) else {
            try await negotiate()
            return
        }
        version = newest
    }

    /// Asks for the engine's versions and settles the one to speak.
    @discardableResult
    public func negotiate() async throws -> EngineVersion {
        let operation = "negotiate version"
        let answer = try await exchange(.get, "/version", Call(operation, milliseconds: 10_000), prefix: "")
        let engine = try EngineVersion(Self.checked(answer, operation), operation: operation)
        guard let chosen = APIVersion.negotiated(newest: engine.apiVersion, oldest: engine.minimumAPIVersion)
        else {
            throw DockerFailure(
                .unsupportedVersion, operation: operation,
                detail: "the engine speaks API \(engine.minimumAPIVersion?.description ?? "?") to "
                    + "\(engine.apiVersion), we speak \(DockerLimits.oldestVersion) to \(DockerLimits.newestVersion)"
            )
        }
        version = chosen
        return engine
    }

    /// What a call is about, beside method and path.
    struct Call {
        let operation: String
        var query = QueryText()
        var body: JSONNode?
        var headers: [(String, String)] = []
        var deadlines: HTTPClientDeadlines

        init(_ operation: String, milliseconds: Int64 = DockerLimits.readMilliseconds) {
            self.operation = operation
            deadlines = HTTPClientDeadlines(connect: DockerLimits.connectMilliseconds, total: milliseconds)
        }
    }

    /// One buffered exchange; a status of 400 and above is thrown.
    func call(_ method: HTTPMethod, _ path: String, _ call: Call) async throws -> [UInt8] {
        try await renegotiating {
            let answer = try await exchange(method, path, call, prefix: try await versionPrefix())
            return try Self.checked(answer, call.operation)
        }
    }

    /// One exchange with a streamed answer; a status of 400 and above is thrown.
    func open(_ method: HTTPMethod, _ path: String, _ call: Call) async throws -> HTTPBodyStream {
        try await renegotiating {
            let request = self.request(method, path, call, prefix: try await versionPrefix())
            do {
                let answer = try await http.stream(request)
                guard answer.head.status.code >= 400 else { return answer.body }
                let body = try await answer.body.collect(limit: DockerLimits.errorBytes)
                throw FailureReader.failure(
                    status: answer.head.status.code, body: body, operation: call.operation)
            } catch { throw noted(error, call.operation) }
        }
    }

    /// Tries once more with a new version when the engine refuses the old one, having been replaced meanwhile.
    private func renegotiating<Answer>(_ attempt: @LoopActor () async throws -> sending Answer) async throws
        -> Answer
    {
        do { return try await attempt() } catch let failure as DockerFailure {
            guard case .refused(status: 400) = failure.kind, failure.detail.mentions("client version") else {
                throw failure
            }
            version = nil
            return try await attempt()
        }
    }

    /// Reads a JSON answer.
    nonisolated static func parsed(_ body: [UInt8], _ operation: String) throws(DockerFailure) -> JSONNode {
        do { return try JSONNode.parse(body, limits: JSONLimits(maxBytes: DockerLimits.answerBytes)) } catch {
            throw DockerFailure(
                .badAnswer, operation: operation, detail: "the answer is not JSON: \(error.code.rawValue)")
        }
    }

    private func versionPrefix() async throws -> String {
        if version == nil { try await greet() }
        return version.map { "/v\($0)" } ?? ""
    }

    private func exchange(
        _ method: HTTPMethod, _ path: String, _ call: Call, prefix: String
    ) async throws -> HTTPClientResponse {
        do { return try await http.request(request(method, path, call, prefix: prefix)) } catch {
            throw noted(error, call.operation)
        }
    }

    private func request(
        _ method: HTTPMethod, _ path: String, _ call: Call, prefix: String
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(
            method, "\(endpoint.base)\(prefix)\(path)\(call.query.text)", unixSocketPath: endpoint.socketPath)
        request.tls = endpoint.tls
        request.deadlines = call.deadlines
        request.maximumBodyBytes = call.deadlines.total == nil ? nil : DockerLimits.answerBytes
        for (name, value) in call.headers { request.headers.append(name, value) }
        if let body = call.body {
            request.headers.append("Content-Type", "application/json")
            request.body = .bytes(body.encoded())
        }
        return request
    }

    /// The class of a failure; forgets the version when the engine was away.
    func noted(_ error: any Error, _ operation: String) -> any Error {
        let failure = FailureReader.failure(error, operation: operation, at: endpoint)
        if let failure = failure as? DockerFailure, failure.kind == .unreachable { version = nil }
        return failure
    }

    private nonisolated static func checked(
        _ answer: HTTPClientResponse, _ operation: String
    ) throws(DockerFailure) -> [UInt8] {
        guard answer.head.status.code >= 400 else { return answer.body }
        throw FailureReader.failure(status: answer.head.status.code, body: answer.body, operation: operation)
    }
}
