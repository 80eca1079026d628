import EventLoop
import Foundation
import HTTPClient
import JSON
import Model
import TestKit
import Testing

@testable import Agent
@testable import ControlPlane

/// Programs of others on the way, and as clients: nginx in front, curl, a WebSocket.
@Suite(.onLoop, .serialized) struct OutsideTests {
    @Test @LoopActor func nginxInFrontPassesEverythingOn() async throws {
        guard let nginx = PrivateDocker.path(of: "nginx") else {
            return TestEnvironment.skip("nginx is missing: packaging/setup.sh test installs it")
        }
        let folder = try TemporaryFolder()
        let free = try Listener.tcp(host: "127.0.0.1", port: 0)
        let port = free.port
        free.close()
        var child: Child?
        defer { child?.signal(SIGTERM) }
        let settings = ["FLEDX_AGENT_CONTROL_PLANE_URL": "http://127.0.0.1:\(port)"]
        try await TunnelThread.run(
            agent: settings, prepare: { child = try? Self.start(nginx, folder, port, target: $0) }
        ) { thread in
            try await thread.declare("web", script: "echo hello; httpd -f -p 8080 -h /www")
            #expect(thread.plane.tunnels.counters.reports > 0)
            let logs = try await thread.send(.get, "/api/v1/deployments/web/logs")
            #expect(logs.text == "hello\n", "\(logs)")
            let ran = try await thread.json(
                .post, "/api/v1/deployments/web/exec", json: #"{"command":["sh","-c","echo out; exit 3"]}"#)
            #expect(
                ran["exit_code"]?.intValue == 3 && ran["stdout"]?.stringValue == "out\n", "\(ran.encoded())")
            // What the agent asked before its tunnel was up; a tunnel is told of when it ends.
            let log = try String(contentsOfFile: folder.path("access.log"), encoding: .utf8)
            #expect(log.contains("POST /api/v1/nodes/register"), "\(log)")
        }
    }

    private static func start(_ nginx: String, _ folder: TemporaryFolder, _ port: UInt16, target: UInt16)
        throws -> Child
    {
        let text = """
            daemon off; pid \(folder.path("pid")); error_log \(folder.path("error.log"));
            events { worker_connections 64; }
            http {
              access_log \(folder.path("access.log"));
              client_body_temp_path \(folder.path("b")); proxy_temp_path \(folder.path("p"));
              fastcgi_temp_path \(folder.path("f")); uwsgi_temp_path \(folder.path("u"));
              scgi_temp_path \(folder.path("s"));
              map $http_upgrade $connection_upgrade { default upgrade; '' close; }
              server {
                listen 127.0.0.1:\(port);
                location / {
                  proxy_pass http://127.0.0.1:\(target); proxy_http_version 1.1; proxy_buffering off;
                  proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
                  proxy_read_timeout 3600s;
                }
              }
            }
            """
        try FileIO.writeDurably(folder.path("nginx.conf"), Array(text.utf8))
        return try Child(nginx, ["-c", folder.path("nginx.conf"), "-p", folder.path], folder: folder.path)
    }

    @Test @LoopActor func curlDrivesLogsExecAndRelay() async throws {
        guard let curl = PrivateDocker.path(of: "curl") else {
            return TestEnvironment.skip("curl is missing: packaging/setup.sh test installs it")
        }
        try await TunnelThread.run { thread in
            try await thread.declare(
                "web", script: "echo page >/www/a.html; echo hello; exec httpd -f -p 8080 -h /www",
                more: #","tunnel_only":true,"ports":[{"container_port":8080}]"#)
            @LoopActor func ask(_ path: String, _ words: [String] = []) async throws -> Child.Result {
                let all =
                    ["-sS", "-H", "authorization: Bearer \(TunnelThread.operatorToken)"] + words
                    + ["http://127.0.0.1:\(thread.plane.port)\(path)"]
                return try await BlockingPool.run { try Child.run(curl, all, environment: [:], seconds: 30) }
            }
            let logs = try await ask("/api/v1/deployments/web/logs?tail=1")
            #expect(logs.code == 0 && logs.output == "hello\n", "\(logs)")
            // A client that has seen enough of a log that goes on leaves.
            let followed = try await ask(
                "/api/v1/deployments/web/logs?follow=true", ["-N", "--max-time", "2"])
            #expect(followed.code == 28 && followed.output == "hello\n", "\(followed)")
            let order = #"{"command":["sh","-c","cat /www/a.html; echo wrong >&2; exit 4"]}"#
            let ran = try await ask(
                "/api/v1/deployments/web/exec", ["-H", "content-type: application/json", "-d", order])
            let answer = try JSONNode.parse(Array(ran.output.utf8))
            #expect(answer["exit_code"]?.intValue == 4 && answer["stdout"]?.stringValue == "page\n", "\(ran)")
            #expect(answer["stderr"]?.stringValue == "wrong\n", "\(ran)")
            let page = try await ask("/relay/edge/web/8080/a.html", ["-w", "%{http_code}"])
            #expect(page.output == "page\n200", "\(page)")
            _ = try await ask("/relay/edge/web/8080/a.html")
            _ = try await ask("/relay/edge/none/8080/a.html")
            thread.plane.audit.flush()
            try await thread.eventually("what was relayed is written down") {
                let entries = try await thread.json(.get, "/api/v1/audit?action=node.relay")["items"]
                let all = entries?.arrayValue ?? []
                let passed = all.first { $0["status"]?.stringValue == "success" }
                return all.count == 2 && passed?["count"]?.intValue == 2
                    && passed?["payload"]?.stringValue == "web:8080"
            }
            let status = try JSONNode.parse(Array(try await ask("/api/v1/nodes/edge/status").output.utf8))
            #expect(
                status["ready"]?.boolValue == true && status["replicas"]?.intValue == 1, "\(status.encoded())"
            )
            let figures = try await ask("/api/v1/nodes/edge/metrics")
            #expect(figures.output.contains("\nnode_agent_tunnel_up 1\n"), "\(figures)")
            try await thread.eventually("no stream is left") { thread.plane.tunnels.streamCount == 1 }
        }
    }

    @Test @LoopActor func aWebSocketGoesThroughTheRelay() async throws {
        let echo = SocketEcho()
        try await echo.start()
        defer { echo.stop() }
        let settings = ["FLEDX_AGENT_TUNNEL_ROUTES": "/chat=127.0.0.1:\(echo.port)"]
        try await TunnelThread.run(agent: settings) { thread in
            let socket = try await LoopStream.connectTCP(
                host: "127.0.0.1", port: thread.plane.port, timeoutMilliseconds: 5_000)
            let head = HTTPRequestHead(
                method: .get, target: "/relay/edge/-/chat/room",
                headers: [
                    "host": "test", "upgrade": "websocket", "sec-websocket-version": "13",
                    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
                    "authorization": "Bearer \(TunnelThread.operatorToken)",
                ])
            let answer = try await thread.upgrade(socket, head)
            try #require(answer.isSwitched, "\(answer.status)")
            #expect(answer.headers["upgrade"] == "websocket")
            // As RFC 6455 has it for that key.
            #expect(answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(echo.head.hasPrefix("GET /chat/room HTTP/1.1\r\n"), "\(echo.head)")
            let client = ByteChannel(socket, received: answer.received)
            // A masked text frame, and one of 65,536 bytes.
            let short: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
            let long =
                [0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4] + [UInt8](repeating: 9, count: 65_536)
            for frame in [short, long] {
                try await client.write(frame)
                #expect(try await client.read(exactly: frame.count) == frame)
            }
            client.close()
            try await thread.eventually("the other side is left too") {
                echo.isLeft && thread.plane.tunnels.streamCount == 1
            }
        }
    }
}

/// A server that changes to WebSocket and sends back whatever comes.
@LoopActor
private final class SocketEcho {
    private(set) var head = ""
    private(set) var isLeft = false
    private var listener: Listener?
    var port: UInt16 { listener?.port ?? 0 }

    nonisolated init() {}

    func start() async throws {
        listener = try Listener.tcp(host: "127.0.0.1", port: 0) { stream in
            Task { @LoopActor in
                try? await self.serve(ByteChannel(stream))
                self.isLeft = true
            }
        }
    }

    func stop() { listener?.close() }

    private func serve(_ channel: ByteChannel) async throws {
        defer { channel.close() }
        while !head.hasSuffix("\r\n\r\n"), let bytes = try await channel.read() {
            head += String(decoding: bytes, as: UTF8.self)
        }
        try await channel.write(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
                + "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
        while let bytes = try await channel.read() { try await channel.write(bytes) }
    }
}
