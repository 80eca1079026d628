internal import EventLoop
internal import HTTPServer
internal import Model

/// `/healthz`, `/readyz` and `/metrics` of the agent.
@LoopActor
final class HealthEndpoints {
    /// What is asked about the agent.
    struct Sources {
        var readiness: @LoopActor () -> [String]
        var metrics: @LoopActor () -> String
    }

    private let server: HTTPServer
    /// Where it listens.
    let port: UInt16

    init(host: String, port: UInt16, ids: any IDSource, _ sources: Sources) throws {
        let router = Router()
        router.on(.get, "/healthz") { _ in .now(HTTPResponse(text: "ok\n")) }
        router.on(.get, "/readyz") { _ in
            let faults = sources.readiness()
            guard !faults.isEmpty else { return .now(HTTPResponse(text: "ready\n")) }
            let text = faults.map { "\($0)\n" }.joined()
            return .now(HTTPResponse(.serviceUnavailable, text: text))
        }
        router.on(.get, "/metrics") { _ in
            .now(
                HTTPResponse(text: sources.metrics(), contentType: "text/plain; version=0.0.4; charset=utf-8")
            )
        }
        server = HTTPServer(router, HTTPServerConfiguration(ids: ids))
        self.port = try server.listenTCP(host: host, port: port)
    }

    func stop() async { await server.stop(deadlineMilliseconds: 500) }
}
