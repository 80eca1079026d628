import EventLoop
import HTTP1
import HTTPServer
import Model
import Tunnel

/// One HTTP request that is passed on through a node's tunnel, and its answer that is passed back.
@LoopActor
final class RelayExchange {
    private let call: APICall
    private let target: String
    private let host: String
    private let hidden: Set<String>
    private let opened: OpenStream
    private var decoder: HTTP1ResponseDecoder
    private var input: [UInt8] = []
    private var offset = 0
    /// Carries the request's body; whoever lets go of the exchange ends it.
    private var upload: Task<Void, Never>?
    /// Whether the whole request was sent.
    private var isSent = false

    /// What belongs to one connection only, and what is written anew.
    private nonisolated static let hops: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
        "trailer",
        "transfer-encoding", "upgrade", "host", "expect", "content-length",
    ]

    /// - Parameters:
    ///   - call: The client's request.
    ///   - target: Path and query for the other side.
    ///   - host: Its name.
    ///   - credentials: The headers that are for us.
    ///   - opened: The connection to it.
    init(_ call: APICall, target: String, host: String, credentials: Set<String>, _ opened: OpenStream) {
        self.call = call
        self.target = target
        self.host = host
        hidden = Self.hops.union(credentials).union(Self.named(call.request.headers["connection"]))
        self.opened = opened
        var limits = HTTP1Limits()
        limits.bodyBytes = .max
        decoder = HTTP1ResponseDecoder(method: call.request.method, limits: limits)
    }

    isolated deinit { upload?.cancel() }

    /// Sends the request and waits for the head of its answer.
    func answer() async throws -> Answer {
        try await opened.expectOK()
        try await send()
        let response = try await head()
        var headers: [(String, String)] = []
        let gone = Self.hops.union(Self.named(response.head.headers["connection"]))
        for field in response.head.headers.pairs where !gone.contains(field.name.lowercased()) {
            headers.append((field.name, field.value))
        }
        if response.switchesProtocol {
            let name = response.head.headers["upgrade"] ?? "websocket"
            let rest = Array(input[offset...])
            return .upgrade(to: name, headers: headers) { client, received in
                if !rest.isEmpty { client.write(rest) }
                self.opened.bridge(client, received)
            }
        }
        // The client's connection asks for no piece of a body that cannot be.
        if call.request.method == .head || response.head.status.forbidsBody { _ = try await next() }
        var answer = Answer(status: response.head.status, headers: headers)
        answer.stream = { writer in
            while let bytes = try await self.next() {
                try await writer.write(bytes, limitBytes: ControlPlaneLimits.relayQueuedBytes)
            }
            withExtendedLifetime(self) {}
        }
        return answer
    }

    private func send() async throws {
        let request = call.request
        var headers = HTTPHeaders([("host", host)])
        for field in request.headers.pairs where !hidden.contains(field.name.lowercased()) {
            headers.append(field.name, field.value)
        }
        headers.append("x-forwarded-for", Self.address(request.peer))
        if request.offersUpgrade, let name = request.headers["upgrade"] { headers.append("upgrade", name) }
        let length = request.headers["content-length"].flatMap { Int($0) }
        let framing: BodyFraming = request.stream == nil ? .none : length.map { .length($0) } ?? .chunked
        var output: [UInt8] = []
        HTTP1Writer.appendRequest(
            HTTPRequestHead(method: request.method, target: target, headers: headers), framing: framing,
            persistence: request.offersUpgrade ? .upgrade : .close, to: &output)
        try await opened.stream.write(output)
        guard let body = request.stream else {
            isSent = true
            return
        }
        // The other side may answer before it has read everything.
        upload = StreamTask.start { [opened, weak self] in
            do {
                try await Self.send(body, framing, on: opened.stream)
                self?.isSent = true
            } catch {
                // Half a body must not be taken for a whole one.
                opened.stream.reset()
            }
        }
    }

    private static func send(_ body: RequestBody, _ framing: BodyFraming, on stream: TunnelStream)
        async throws
    {
        while let bytes = try await body.next() {
            guard framing == .chunked else {
                try await stream.write(bytes)
                continue
            }
            var piece: [UInt8] = []
            HTTP1Writer.appendChunk(bytes, to: &piece)
            try await stream.write(piece)
        }
        guard framing == .chunked else { return }
        var end: [UInt8] = []
        HTTP1Writer.appendLastChunk(to: &end)
        try await stream.write(end)
    }

    private func head() async throws -> HTTP1Response {
        while true {
            switch try step() {
            case .head(let response) where response.head.status.code >= 200 || response.switchesProtocol:
                return response
            case .head, .end, .body: continue
            case .needsMore:
                guard
                    let bytes = try await opened.stream.next(
                        deadlineMilliseconds: ControlPlaneLimits.relayMilliseconds)
                else { throw TunnelFailure(.broken, "the other side left before its answer") }
                input = bytes
                offset = 0
            }
        }
    }

    /// The next piece of the answer's body; nil at its end.
    private func next() async throws -> [UInt8]? {
        while true {
            switch try step() {
            case .body(let piece): return Array(input[piece])
            case .end:
                leave()
                return nil
            case .head: throw TunnelFailure(.broken, "an answer that nobody asked for")
            case .needsMore:
                guard let bytes = try await opened.stream.next() else {
                    _ = try decoder.finish()
                    leave()
                    return nil
                }
                input = bytes
                offset = 0
            }
        }
    }

    /// The answer is complete: a stream whose request was sent whole ends in good order, any other is broken off.
    private func leave() { if isSent { opened.leave() } }

    private func step() throws -> HTTP1Step<HTTP1Response> {
        let bytes = input
        var at = offset
        defer { offset = at }
        do { return try decoder.step(bytes.span, from: &at) } catch {
            throw TunnelFailure(.broken, "the answer is not HTTP: \(error)", cause: error)
        }
    }

    private nonisolated static func named(_ connection: String?) -> Set<String> {
        Set(
            (connection ?? "").lowercased().split(separator: ",").map { part in
                String(decoding: HTTPToken.trimmed(Array(part.utf8)), as: UTF8.self)
            })
    }

    /// An address without its port.
    private nonisolated static func address(_ peer: String) -> String {
        guard let colon = peer.lastIndex(of: ":") else { return peer }
        return String(peer[..<colon])
    }
}
