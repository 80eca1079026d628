import EventLoop
import HTTP2
import HTTPClient
import JSON
import Model
import Testing
import Tunnel

@testable import ControlPlane

/// An agent's end of a tunnel, which keeps the commands it is sent until the test answers them.
@LoopActor
final class PlayedTunnel {
    /// Requests to run a command, in the order they came.
    private(set) var executions: [TunnelStream] = []
    /// What else it was asked for.
    private(set) var paths: [String] = []
    private let connection: TunnelConnection

    /// Opens a node's tunnel and waits until the control plane uses it.
    static func open(_ plane: TestPlane, _ node: TestNode) async throws -> PlayedTunnel {
        let stream = try await LoopStream.connectTCP(
            host: "127.0.0.1", port: plane.plane.port, timeoutMilliseconds: 5_000)
        let head = HTTPRequestHead(
            method: .get, target: TunnelProtocol.path,
            headers: [
                "host": "test", "upgrade": "fledx-tunnel/1", "x-fledx-node-id": "\(node.id)",
                "x-fledx-tunnel-token": "Bearer \(node.token)", "x-fledx-boot-id": "played",
                "x-fledx-session": "1",
            ])
        let answer = try await plane.upgrade(stream, head)
        try #require(answer.isSwitched)
        let tunnel = PlayedTunnel(stream)
        tunnel.connection.start(received: answer.received)
        try await eventually("the tunnel is up") { plane.plane.tunnels.tunnel(to: node.id) != nil }
        return tunnel
    }

    private init(_ stream: LoopStream) {
        connection = TunnelConnection(stream, .server, limits: .small)
        connection.onRequest = { [unowned self] in serve($0) }
    }

    func close() { connection.close(TunnelFailure(.closed, "the test is over")) }

    /// Answers a command with its output and its end.
    func end(_ stream: TunnelStream, output: String) async throws {
        stream.respond([HTTP2Field(":status", "200")])
        try await stream.write(StreamFrame(.output, Array(output.utf8)).bytes)
        stream.finish(trailers: [HTTP2Field(TunnelProtocol.exitCodeHeader, "0")])
    }

    private func serve(_ stream: TunnelStream) {
        guard let path = stream.request[":path"] else { return stream.reset(.refused) }
        if path == TunnelProtocol.sessionPath {
            stream.respond([HTTP2Field(":status", "200")])
            let hello = AgentGreeting(agentVersion: Version.current, capabilities: [], applied: nil)
            guard let body = try? JSONCoder.encode(hello) else { return stream.reset(.internalError) }
            _ = try? stream.writeNow(ControlLine("hello", body).bytes)
        } else if path.hasSuffix("/exec") {
            executions.append(stream)
        } else {
            paths.append(path)
            stream.respond([HTTP2Field(":status", "200")], ends: true)
        }
    }
}

/// Returns once something holds; other work on the loop goes on meanwhile.
@LoopActor
func eventually(_ what: String, _ holds: @LoopActor () async throws -> Bool) async throws {
    let end = EventLoop.now.adding(milliseconds: 20_000)
    while try await !holds() {
        try #require(EventLoop.now < end, "\(what): not within 20 seconds")
        await LoopActor.pass()
    }
}
