import EventLoop
import HTTP1
import HTTPServer
import Model
import TLS
import TestKit
import Testing

/// A response as a client reads it.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: String
    let keepsAlive: Bool

    var isErrorBody: Bool {
        headers["content-type"] == "application/json" && body.hasPrefix("{\"error\":")
            && body.contains("\"request_id\":\"\(headers["x-request-id"] ?? "-")\"")
    }
}

/// A raw socket with the response side of the codec.
@LoopActor
final class TestClient {
    let channel: ByteChannel
    private(set) var session: TLSSession?
    private var buffer: [UInt8] = []
    private var decoder = HTTP1ResponseDecoder(method: .get, limits: .generous)

    init(port: UInt16) async throws {
        let stream = try await LoopStream.connectTCP(
            host: "127.0.0.1", port: port, timeoutMilliseconds: 5_000)
        channel = ByteChannel(stream)
    }

    /// Speaks TLS; the session says what became of it.
    init(port: UInt16, tls context: TLSContext, host: String = "localhost") async throws {
        let stream = try await LoopStream.connectTCP(
            host: "127.0.0.1", port: port, timeoutMilliseconds: 5_000)
        let filter = TLSStreamFilter(try TLSSession(client: context, host: host))
        stream.install(filter)
        filter.begin(on: stream)
        session = filter.session
        channel = ByteChannel(stream)
    }

    init(path: String) async throws {
        channel = ByteChannel(try await LoopStream.connectUnix(path: path, timeoutMilliseconds: 5_000))
    }

    func send(_ text: String) async throws { try await channel.write(text) }

    /// Sends a request head for this path and reads the answer.
    func get(_ target: String, _ fields: String = "", method: HTTPMethod = .get) async throws -> Answer {
        try await send("\(method) \(target) HTTP/1.1\r\nHost: t\r\n\(fields)\r\n")
        return try await answer(to: method)
    }

    /// Reads one response, informational ones included.
    func answer(to method: HTTPMethod = .get) async throws -> Answer {
        decoder.expect(method)
        var head: HTTP1Response?
        var body: [UInt8] = []
        while true {
            var offset = 0
            let input = buffer
            while true {
                let step = try decoder.step(input.span, from: &offset)
                buffer = Array(input[offset...])
                switch step {
                case .needsMore: break
                case .head(let new):
                    head = new
                    continue
                case .body(let range):
                    body += input[range]
                    continue
                case .end: return make(head, body)
                }
                break
            }
            guard let more = try await channel.read(deadlineMilliseconds: 10_000) else {
                if try decoder.finish() { return make(head, body) }
                throw LoopFailure(.ended, operation: "answer", detail: "the server closed")
            }
            buffer += more
        }
    }

    /// What comes after the last answer, as it is.
    func raw() async throws -> [UInt8]? {
        if !buffer.isEmpty {
            let bytes = buffer
            buffer = []
            return bytes
        }
        return try await channel.read(deadlineMilliseconds: 10_000)
    }

    /// True when the server ends the connection next, properly or by a reset.
    func isClosedByServer() async -> Bool {
        do { return try await raw() == nil } catch { return (error as? LoopFailure)?.code == .reset }
    }

    func close() { channel.close() }

    private func make(_ head: HTTP1Response?, _ body: [UInt8]) -> Answer {
        Answer(
            status: head?.head.status.code ?? 0, headers: head?.head.headers ?? [:],
            body: String(decoding: body, as: UTF8.self), keepsAlive: head?.keepsAlive ?? false)
    }
}

extension HTTP1Limits {
    static var generous: HTTP1Limits {
        var limits = HTTP1Limits()
        limits.bodyBytes = .max
        return limits
    }
}

/// Runs a test against a fresh server and stops it afterwards.
@LoopActor
func withServer(
    _ change: (inout HTTPServerLimits) -> Void = { _ in }, tls: ServerTLS? = nil,
    _ body: @LoopActor (TestServer) async throws -> Void
) async throws {
    let server = try TestServer(change, tls: tls)
    do {
        try await body(server)
    } catch {
        await server.stop()
        throw error
    }
    await server.stop()
    #expect(server.server.connectionCount == 0)
}
