import EventLoop
import HTTPClient
import Model
import TestKit
import Testing

@testable import Agent
@testable import ControlPlane

/// An agent whose network knows its proxy only.
@Suite(.onLoop, .serialized) struct ProxyTests {
    @Test @LoopActor func everythingGoesThroughTheProxyOfTheEnvironment() async throws {
        let proxy = WayThrough()
        try await proxy.start()
        let environment = [
            "FLEDX_AGENT_CONTROL_PLANE_URL": "http://cp.example.test:7070",
            "FLEDX_AGENT_ALLOW_INSECURE_HTTP": "true", "HTTP_PROXY": "http://127.0.0.1:\(proxy.port)",
        ]
        try await TunnelThread.run(agent: environment, prepare: { proxy.target = $0 }) { thread in
            #expect(proxy.heads.contains { $0.hasPrefix("POST http://cp.example.test:7070/api/v1/nodes/") })
            #expect(proxy.heads.contains { $0.hasPrefix("CONNECT cp.example.test:") }, "\(proxy.heads)")
            try await thread.declare("web", script: "echo hello; sleep 1000")
            try await thread.eventually("its words come") {
                try await thread.send(.get, "/api/v1/deployments/web/logs").text == "hello\n"
            }
        }
        proxy.stop()
    }
}

/// A proxy that knows one place only, whatever it is asked for.
@LoopActor
private final class WayThrough {
    var target: UInt16 = 0
    private(set) var heads: [String] = []
    private var listener: Listener?
    var port: UInt16 { listener?.port ?? 0 }

    nonisolated init() {}

    func start() async throws {
        listener = try Listener.tcp(host: "127.0.0.1", port: 0) { stream in
            Task { @LoopActor in try? await self.serve(ByteChannel(stream)) }
        }
    }

    func stop() { listener?.close() }

    private func serve(_ client: ByteChannel) async throws {
        defer { client.close() }
        let first = try await client.read() ?? []
        heads.append(String(decoding: first.prefix { $0 != 13 }, as: UTF8.self))
        let server = ByteChannel(
            try await LoopStream.connectTCP(host: "127.0.0.1", port: target, timeoutMilliseconds: 5_000))
        defer { server.close() }
        if first.starts(with: Array("CONNECT ".utf8)) {
            try await client.write("HTTP/1.1 200 OK\r\n\r\n")
        } else {
            try await server.write(first)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Self.copy(client, to: server) }
            group.addTask { try await Self.copy(server, to: client) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private static func copy(_ from: ByteChannel, to other: ByteChannel) async throws {
        while let bytes = try await from.read(deadlineMilliseconds: 600_000) { try await other.write(bytes) }
    }
}
