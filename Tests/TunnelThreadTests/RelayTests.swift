import EventLoop
import HTTPClient
import JSON
import Model
import TestKit
import Testing
import Tunnel

@testable import Agent
@testable import ControlPlane

/// HTTP through the tunnel, to containers and to the agent's own routes.
@Suite(.onLoop, .serialized) struct RelayTests {
    @Test @LoopActor func aRequestReachesAContainerThatPublishesNothing() async throws {
        try await TunnelThread.run { thread in
            try await thread.declare(
                "web",
                script: "echo page > /www/a.html; hostname > /www/name; httpd -f -p 18473 -h /www",
                replicas: 2, more: #","tunnel_only":true,"ports":[{"container_port":18473}]"#)
            let detail = try await thread.json(.get, "/api/v1/deployments/web")
            for instance in detail["instances"]?.arrayValue ?? [] {
                #expect(instance["ports"]?[0]?["host_port"]?.intValue == nil, "\(instance.encoded())")
            }
            let path = "/relay/edge/web/18473/a.html"
            try await thread.eventually("it answers") { try await thread.send(.get, path).status == 200 }
            #expect(try await thread.send(.get, path).text == "page\n")
            #expect(try await thread.send(.get, "/relay/edge/web/18473/none").status == 404)
            #expect(try await thread.send(.get, "/relay/edge/web/81/").status == 502)
            // Both have the same port, each in its own container; nobody listens for them on this machine.
            var names: Set<String> = []
            for replica in 0..<2 {
                let forwarded = "/api/v1/deployments/web/port-forward?port=18473&replica=\(replica)"
                let channel = try await thread.stream(.get, forwarded)
                try await channel.write("GET /name HTTP/1.0\r\n\r\n")
                var answer: [UInt8] = []
                while let bytes = try await channel.read() { answer += bytes }
                channel.close()
                let text = String(decoding: answer, as: UTF8.self)
                #expect(text.hasPrefix("HTTP/1.") && text.contains(" 200 "), "\(text)")
                names.insert(text.split(separator: "\r\n").last.map(String.init) ?? "")
            }
            #expect(names.count == 2, "\(names)")
            #expect(try !SocketTable.listeningPorts().contains(18_473))
            let listed = try await thread.docker.call("GET", "/containers/json")
            #expect(!listed.contains("PublicPort"), "\(listed)")
        }
    }

    @Test @LoopActor func bodiesStreamBothWaysAndCredentialsStayHere() async throws {
        try await TunnelThread.run { thread in
            // An echo server in the shell: it answers with the head and the body it was sent. It reads all of that,
            // as the end of a program that leaves bytes unread resets its connection.
            try await thread.declare(
                "web",
                script:
                    #"while true; do nc -l -p 9000 -e sh -c 'printf "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"; while IFS= read -r line; do line="${line%?}"; [ -z "$line" ] && break; echo "$line"; done; read -r -n 7 body; echo "body: $body"'; done"#,
                more: #","ports":[{"container_port":9000,"publish":false}]"#)
            var text = ""
            try await thread.eventually("it answers") {
                let answer = try await thread.send(
                    .put, "/relay/edge/web/9000/up/load?a=b%20c", json: #"{"x":1}"#)
                text = answer.text
                return answer.status == 200
            }
            #expect(text.hasPrefix("PUT /up/load?a=b%20c HTTP/1.1\n"), "\(text)")
            #expect(text.contains("\nhost: web:9000\n"), "\(text)")
            #expect(text.contains("\nx-forwarded-for: 127.0.0.1\n"), "\(text)")
            #expect(text.hasSuffix("\nbody: {\"x\":1}\n"), "\(text)")
            #expect(!text.lowercased().contains(TunnelThread.operatorToken), "\(text)")
        }
    }

    @Test @LoopActor func aNodeCanKeepEverybodyOutOfItsContainers() async throws {
        try await TunnelThread.run(agent: ["FLEDX_AGENT_ALLOW_EXEC": "false"]) { thread in
            try await thread.declare(
                "web", script: "echo hello; httpd -f -p 8080 -h /www",
                more: #","ports":[{"container_port":8080,"publish":false}]"#)
            let refused = try await thread.send(
                .post, "/api/v1/deployments/web/exec", json: #"{"command":["id"]}"#)
            #expect(refused.status == 403 && refused.text.contains("FLEDX_AGENT_ALLOW_EXEC"), "\(refused)")
            #expect(try await thread.send(.get, "/relay/edge/web/8080/").status == 403)
            #expect(try await thread.send(.get, "/api/v1/deployments/web/logs").status == 200)
            let node = try await thread.json(.get, "/api/v1/nodes/edge")
            #expect(node["tunnel"]?["connected"]?.boolValue == true, "\(node.encoded())")
        }
    }

    @Test @LoopActor func onlyRoutesThatTheSettingsNameAreReached() async throws {
        let listener = LocalPage()
        try await listener.start()
        let routes = "/page=127.0.0.1:\(listener.port)"
        try await TunnelThread.run(agent: ["FLEDX_AGENT_TUNNEL_ROUTES": routes]) { thread in
            let page = try await thread.send(.get, "/relay/edge/-/page/one?x=1")
            #expect(page.status == 200 && page.text == "GET /page/one?x=1 HTTP/1.1", "\(page)")
            #expect(try await thread.send(.get, "/relay/edge/-/pages").status == 404)
            #expect(try await thread.send(.get, "/relay/edge/-/").status == 404)
        }
        listener.stop()
    }

    @Test @LoopActor func anEarlyAnswerToALargeBodyArrives() async throws {
        let listener = LocalPage()
        try await listener.start()
        let routes = "/page=127.0.0.1:\(listener.port)"
        try await TunnelThread.run(agent: ["FLEDX_AGENT_TUNNEL_ROUTES": routes]) { thread in
            for _ in 0..<10 {
                var request = thread.request(.put, "/relay/edge/-/page/large")
                request.body = .bytes([UInt8](repeating: 1, count: 4 << 20))
                let answer = try await thread.ask(request)
                #expect(answer.head.status.code == 200)
                #expect(String(decoding: answer.body, as: UTF8.self) == "PUT /page/large HTTP/1.1")
            }
            let asked = try await thread.send(.options, "/relay/edge/-/page/asked")
            #expect(asked.status == 200 && asked.text == "OPTIONS /page/asked HTTP/1.1", "\(asked)")
            try await thread.eventually("no stream is left") {
                thread.plane.tunnels.streams.count == 0 && thread.plane.tunnels.streamCount == 1
            }
        }
        listener.stop()
    }

    @Test @LoopActor func manyRequestsASecondAreNoFlood() async throws {
        let listener = LocalPage()
        try await listener.start()
        let routes = "/page=127.0.0.1:\(listener.port)"
        try await TunnelThread.run(agent: ["FLEDX_AGENT_TUNNEL_ROUTES": routes]) { thread in
            let clients = (0..<4).map { _ in
                Task { @LoopActor in
                    for _ in 0..<300 {
                        let page = try await thread.send(.get, "/relay/edge/-/page/x")
                        guard page.status == 200 else { return page.text }
                    }
                    return ""
                }
            }
            for client in clients { #expect(try await client.value.isEmpty) }
            try await thread.eventually("the agent has seen all of them end in good order") {
                let text = thread.agent?.metricsText ?? ""
                return text.contains(
                    #"node_agent_tunnel_requests_total{kind="connect",result="success"} 1200"#)
            }
            #expect(thread.plane.tunnels.counters.opened == 1)
        }
        listener.stop()
    }

    @Test @LoopActor func aTokenThatIsTakenBackTakesItsStreamsAlong() async throws {
        try await TunnelThread.run { thread in
            try await thread.declare(
                "web", script: "echo ready; httpd -f -p 8080 -h /www",
                more: #","ports":[{"container_port":8080,"publish":false}]"#)
            let made = try await thread.json(
                .post, "/api/v1/operator-tokens", json: #"{"name":"guest","role":"operator"}"#)
            let token = try #require(made["token"]?.stringValue)
            let kept = try await thread.stream(
                .post, "/api/v1/deployments/web/exec", json: #"{"command":["cat"]}"#)
            let shell = try await thread.stream(
                .post, "/api/v1/deployments/web/exec", json: #"{"command":["cat"]}"#, token: token)
            let forward = try await thread.stream(
                .get, "/api/v1/deployments/web/port-forward?port=8080", token: token)
            var request = thread.request(.get, "/api/v1/deployments/web/logs?follow=true", token: token)
            request.deadlines = .endless(responseHead: 20_000)
            let logs = try await thread.open(request)
            #expect(try await logs.body.next() == Array("ready\n".utf8))

            #expect(try await thread.send(.delete, "/api/v1/operator-tokens/guest").status == 204)
            let revoked = EventLoop.now
            let words = try await shell.read()
            #expect(String(decoding: words ?? [], as: UTF8.self).contains("'guest' is not valid any more"))
            while let bytes = try? await forward.read(), !bytes.isEmpty {}
            await #expect(throws: (any Error).self) { while try await logs.body.next() != nil {} }
            #expect(EventLoop.now.milliseconds(since: revoked) < 1_500)
            // Somebody else's goes on.
            try await kept.write(StreamFrame(.input, Array("hello".utf8)).bytes)
            #expect(try await kept.read() == StreamFrame(.output, Array("hello".utf8)).bytes)
            for channel in [kept, shell, forward] { channel.close() }
        }
    }
}

/// A server that answers every request with its first line.
@LoopActor
final class LocalPage {
    private var listener: Listener?
    var port: UInt16 { listener?.port ?? 0 }

    nonisolated init() {}

    func start() async throws {
        listener = try Listener.tcp(host: "127.0.0.1", port: 0) { stream in
            let channel = ByteChannel(stream)
            Task { @LoopActor in
                let head = (try? await channel.read()) ?? []
                let line = String(decoding: head.prefix { $0 != 13 }, as: UTF8.self)
                try? await channel.write(
                    "HTTP/1.1 200 OK\r\ncontent-length: \(line.utf8.count)\r\nconnection: close\r\n\r\n\(line)"
                )
                channel.close()
            }
        }
    }

    func stop() { listener?.close() }
}
