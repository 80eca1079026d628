import EventLoop
import HTTP1
import HTTPServer
import Model
import TLS
import TestKit

/// A server on loopback with a router that has one route of each kind.
@LoopActor
final class TestServer {
    let router = Router()
    let server: HTTPServer
    let port: UInt16
    private(set) var records: [AccessRecord] = []
    private(set) var errors: [String] = []
    private(set) var tlsFailures: [TLSFailure] = []
    private(set) var handled = 0
    private(set) var authorized = 0
    let deferred = DeferredQueue()
    let recorded = Gate()

    init(_ change: (inout HTTPServerLimits) -> Void = { _ in }, tls: ServerTLS? = nil) throws {
        var configuration = HTTPServerConfiguration(ids: SeededIDSource(seed: 1), time: SystemTimeSource())
        change(&configuration.limits)
        let events = Events()
        configuration.onExchange = { events.record?($0) }
        configuration.onHandlerError = { error, _ in events.failed?("\(error)") }
        configuration.onTLSFailure = { failure, _ in events.tlsFailed?(failure) }
        server = HTTPServer(router, configuration)
        port = try server.listenTCP(host: "127.0.0.1", port: 0, tls: tls)
        events.record = { [unowned self] in
            records.append($0)
            recorded.changed()
        }
        events.failed = { [unowned self] in errors.append($0) }
        events.tlsFailed = { [unowned self] in
            tlsFailures.append($0)
            recorded.changed()
        }
        mount()
    }

    func client() async throws -> TestClient { try await TestClient(port: port) }

    func stop() async { await server.stop(deadlineMilliseconds: 2_000) }

    private func mount() {
        router.on(.get, "/hello") { [unowned self] _ in
            handled += 1
            return .now(HTTPResponse(text: "hello"))
        }
        router.on(.get, "/things/{id}/of/{name}") {
            .now(HTTPResponse(text: "\(try $0.parameter("id", as: Int.self)) \($0.parameter("name"))"))
        }
        router.on(.get, "/files/{path...}") { .now(HTTPResponse(text: $0.parameter("path"))) }
        router.on(.get, "/things/new") { _ in .now(HTTPResponse(text: "literal")) }
        router.on(.post, "/echo", RouteOptions(body: .collected(limitBytes: 1_000))) { [unowned self] in
            handled += 1
            return .now(HTTPResponse(.ok, body: .bytes($0.body)))
        }
        router.on(
            .post, "/private", RouteOptions(body: .collected(limitBytes: 10_000_000)),
            authorize: { [unowned self] request throws -> String in
                authorized += 1
                guard let token = request.bearerToken else {
                    throw HTTPRejection(
                        .unauthorized, "unauthorized", "a token is needed",
                        headers: ["www-authenticate": "Bearer"])
                }
                return token
            }, handle: { .now(HTTPResponse(text: "\($1) \($0.body.count)")) })
        router.on(.get, "/later") { request in
            .later {
                try await LoopActor.sleep(milliseconds: Int64(try request.query()["ms"] ?? "1") ?? 1)
                return HTTPResponse(text: "later")
            }
        }
        router.on(.get, "/deferred") { [unowned self] _ in .deferred(deferred.make()) }
        router.on(.get, "/broken") { _ in throw LoopFailure(.system, operation: "x", detail: "inside") }
        router.on(.get, "/short", RouteOptions(deadlineMilliseconds: 30)) { [unowned self] _ in
            .deferred(deferred.make())
        }
        mountStreams()
    }

    private func mountStreams() {
        router.on(.get, "/stream") { request in
            let count = Int(try request.query()["n"] ?? "3") ?? 3
            return .now(
                HTTPResponse(
                    .ok,
                    body: .stream { writer in
                        for number in 0..<count { try await writer.write("part \(number)\n") }
                    }))
        }
        router.on(.get, "/endless") { [unowned self] _ in
            .now(
                HTTPResponse(
                    .ok,
                    body: .stream { writer in
                        do {
                            while true { try await writer.write([UInt8](repeating: 120, count: 32_768)) }
                        } catch {
                            self.endless.succeed("\(type(of: error))")
                            throw error
                        }
                    }))
        }
        router.on(.get, "/breaks") { _ in
            .now(
                HTTPResponse(
                    .ok,
                    body: .stream { writer in
                        try await writer.write("half")
                        throw LoopFailure(.system, operation: "x", detail: "broke")
                    }))
        }
        router.on(.post, "/count", RouteOptions(body: .streamed(limitBytes: 100_000_000))) { request in
            .later {
                var total = 0
                while let piece = try await request.stream?.next() { total += piece.count }
                return HTTPResponse(text: "\(total)")
            }
        }
        router.on(.get, "/upgrade") { _ in
            .now(
                .upgrade(to: "echo") { stream, received in
                    let echo = Echo()
                    stream.handler = echo
                    stream.write(received)
                    stream.startReading()
                })
        }
    }

    let endless = OneShot<String>()

    @LoopActor private final class Events {
        var record: (@LoopActor (AccessRecord) -> Void)?
        var failed: (@LoopActor (String) -> Void)?
        var tlsFailed: (@LoopActor (TLSFailure) -> Void)?
    }
}

/// Deferred responses in the order they were asked for.
@LoopActor
final class DeferredQueue {
    private(set) var waiting: [DeferredResponse] = []
    private(set) var abandoned = 0
    let gate = Gate()

    func make() -> DeferredResponse {
        let response = DeferredResponse()
        response.onAbandoned = { [weak self] in
            self?.abandoned += 1
            self?.gate.changed()
        }
        waiting.append(response)
        gate.changed()
        return response
    }

    func wait(for count: Int) async throws {
        try await gate.until(deadlineMilliseconds: 5_000) { waiting.count >= count }
    }
}

/// Sends back whatever comes.
@LoopActor
final class Echo: StreamHandler {
    func streamReceived(_ stream: LoopStream, _ bytes: UnsafeRawBufferPointer) { unsafe stream.write(bytes) }
    func streamEnded(_ stream: LoopStream) { stream.close() }
    func streamFailed(_ stream: LoopStream, _ failure: LoopFailure) {}
}
