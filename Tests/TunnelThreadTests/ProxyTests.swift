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

    @Test @LoopActor func aTunnelThroughAProxySpeaksTLSAndResumesIt() async throws {
        let proxy = WayThrough()
        try await proxy.start()
        let environment = [
            "FLEDX_AGENT_CONTROL_PLANE_URL": "https://cp.example.test:7443",
            "HTTPS_PROXY": "http://127.0.0.1:\(proxy.port)", "FLEDX_AGENT_TUNNEL_RECONNECT_MAX_MS": "50",
        ]
        let plane = ["FLEDX_CP_TUNNEL_ADVERTISED_HOST": "cp.example.test"]
        try await TunnelThread.run(
            plane: plane, tls: true, agent: environment, prepare: { proxy.target = $0 }
        ) { thread in
            #expect(proxy.heads.allSatisfy { $0.hasPrefix("CONNECT cp.example.test:") }, "\(proxy.heads)")
            let first = try await thread.send(.get, "/api/v1/nodes/edge/metrics")
            #expect(
                first.text.contains("\nnode_agent_tunnel_handshakes_total{kind=\"full\"} 1\n"), "\(first)")
            for count in 1...3 {
                thread.plane.tunnels.closeAll("on purpose")
                try await thread.eventually("handshake \(count) was a short one") {
                    let text = try await thread.send(.get, "/api/v1/nodes/edge/metrics").text
                    return text.contains("\nnode_agent_tunnel_handshakes_total{kind=\"resumed\"} \(count)\n")
                }
            }
            let words = ["POST ", "GET ", "Bearer", "fledx-tunnel"].map { Array($0.utf8) }
            #expect(!words.contains { proxy.carries($0) }, "nothing is readable on the way")
        }
        proxy.stop()
    }
}

/// A proxy that knows one place only, whatever it is asked for.
@LoopActor
private final class WayThrough {
    var target: UInt16 = 0
    private(set) var heads: [String] = []
    /// What agents said behind their first words.
    private var carried: [UInt8] = []
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
            group.addTask { try await self.copy(client, to: server) { self.carried += $0 } }
            group.addTask { try await self.copy(server, to: client) { _ in } }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Whether an agent was heard to say that.
    func carries(_ word: [UInt8]) -> Bool {
        guard carried.count >= word.count else { return false }
        return (0...(carried.count - word.count)).contains {
            carried[$0..<($0 + word.count)].elementsEqual(word)
        }
    }

    private func copy(
        _ from: ByteChannel, to other: ByteChannel, _ hear: @LoopActor ([UInt8]) -> Void
    ) async throws {
        while let bytes = try await from.read(deadlineMilliseconds: 600_000) {
            hear(bytes)
            try await other.write(bytes)
        }
    }
}
