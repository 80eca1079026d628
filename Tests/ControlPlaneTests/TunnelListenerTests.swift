import EventLoop
import HTTPClient
import Model
import TestKit
import Testing

@testable import ControlPlane

@Suite(.onLoop) struct TunnelListenerTests {
    @Test @LoopActor func tunnelsComeToAListenerOfTheirOwn() async throws {
        let settings = ["FLEDX_CP_TUNNEL_LISTEN_HOST": "127.0.0.2", "FLEDX_CP_TUNNEL_LISTEN_PORT": "0"]
        try await TestPlane.with(settings) { plane in
            let port = try #require(plane.plane.tunnelServer?.port)
            #expect(port != plane.plane.port)
            let node = try await plane.register()
            #expect(try await Self.knock(plane, host: "127.0.0.2", port, node) == 101)
            let before = try await Self.knock(plane, host: "127.0.0.1", plane.plane.port, node)
            #expect(before == 101, "as before")
            for path in ["/api/v1/nodes", "/metrics", "/livez"] {
                #expect(try await Self.status(plane, host: "127.0.0.2", port, path) == 404, "\(path)")
            }
            await #expect(throws: LoopFailure.self, "another address") {
                _ = try await Self.status(plane, host: "127.0.0.1", port, "/livez")
            }
        }
        try await TestPlane.with { plane in #expect(plane.plane.tunnelServer == nil) }
    }

    @Test @LoopActor func eitherKeyAloneIsEnough() throws {
        let host = try ControlPlaneSettings(environment: [
            "FLEDX_CP_TUNNEL_LISTEN_HOST": "127.0.0.2", "FLEDX_CP_TUNNEL_ADVERTISED_PORT": "7444",
        ]).tunnelListener
        #expect(host?.host == "127.0.0.2" && host?.port == 7444)
        let port = try ControlPlaneSettings(environment: [
            "FLEDX_CP_TUNNEL_LISTEN_PORT": "7445", "FLEDX_CP_SERVER_HOST": "127.0.0.3",
        ]).tunnelListener
        #expect(port?.host == "127.0.0.3" && port?.port == 7445)
    }

    /// What an agent that asks for its tunnel is answered.
    @LoopActor private static func knock(
        _ plane: TestPlane, host: String, _ port: UInt16, _ node: TestNode
    ) async throws -> Int {
        let (stream, answer) = try await FakeAgent.knock(
            plane, host: host, port: port, node, boot: "life-\(port)")
        stream.close()
        return answer.status.code
    }

    @LoopActor private static func status(
        _ plane: TestPlane, host: String, _ port: UInt16, _ path: String
    ) async throws -> Int {
        let stream = try await LoopStream.connectTCP(host: host, port: port, timeoutMilliseconds: 5_000)
        defer { stream.close() }
        let head = HTTPRequestHead(method: .get, target: path, headers: ["host": "test"])
        return try await plane.upgrade(stream, head).status.code
    }
}
