import EventLoop
import HTTPClient
import JSON
import Model
import TestKit
import Testing
import Tunnel

@testable import Agent
@testable import ControlPlane

/// Logs, exec and port-forward from an HTTP client to a real container, through the tunnel.
@Suite(.onLoop, .serialized) struct ContainerAccessTests {
    @Test @LoopActor func logsAreShownWithTailAndFollowed() async throws {
        try await TunnelThread.run { thread in
            try await thread.declare(
                "web", script: "echo first; echo second >&2; while true; do echo tick; sleep 0.1; done")
            try await thread.eventually("it has ticked") {
                try await thread.send(.get, "/api/v1/deployments/web/logs").text.hasSuffix("tick\n")
            }
            let tail = try await thread.send(.get, "/api/v1/deployments/web/logs?tail=1")
            #expect(tail.status == 200 && tail.text == "tick\n", "\(tail)")
            let whole = try await thread.send(.get, "/api/v1/deployments/web/logs")
            #expect(whole.text.hasPrefix("first\n") || whole.text.hasPrefix("second\n"), "\(whole)")

            var request = thread.request(.get, "/api/v1/deployments/web/logs?follow=true&tail=0")
            request.deadlines = .endless(responseHead: 20_000)
            let live = try await thread.open(request)
            #expect(live.head.status == .ok)
            var text = ""
            while text.utf8.count < 25, let bytes = try await live.body.next() {
                text += String(decoding: bytes, as: UTF8.self)
            }
            #expect(text.hasPrefix("tick\ntick\n"), "\(text)")
            let connections = try thread.dockerConnections()
            #expect(connections > 0)
            live.body.cancel()
            try await thread.eventually("its connection to Docker is closed") {
                try thread.dockerConnections() < connections
            }
            try await thread.eventually("the agent stops reading") {
                thread.agent?.metricsText.contains(
                    #"node_agent_tunnel_requests_total{kind="logs",result="cancelled"} 1"#) == true
            }
            let entries = try await thread.json(.get, "/api/v1/audit?action=deployment.logs&status=success")
            #expect((entries["items"]?.arrayValue?.count ?? 0) >= 3)
        }
    }

    @Test @LoopActor func logsAreShownWhileNothingCanBeStored() async throws {
        try await TunnelThread.run { thread in
            try await thread.declare("web", script: "echo hello; sleep 1000")
            try await thread.stopPlane()
            try await thread.startPlane(["FLEDX_CP_STORAGE_RESERVE_BYTES": "9000000000000000"])
            try await thread.eventually("its words come") {
                try await thread.send(.get, "/api/v1/deployments/web/logs").text == "hello\n"
            }
            let entries = try await thread.json(.get, "/api/v1/audit?action=deployment.logs&status=success")
            #expect(entries["items"]?.arrayValue?.isEmpty == true, "the last room is for changes")
            // The end of the test deletes the deployment.
            try await thread.stopPlane()
            try await thread.startPlane()
        }
    }

    @Test @LoopActor func logsOfAllReplicasSayWhose() async throws {
        try await TunnelThread.run { thread in
            try await thread.declare("web", script: "echo hello; sleep 1000", replicas: 2)
            var text = ""
            try await thread.eventually("both have spoken") {
                text = try await thread.send(.get, "/api/v1/deployments/web/logs").text
                return text.utf8.count >= 2 * "web/0 | hello\n".utf8.count
            }
            #expect(Set(text.split(separator: "\n")) == ["web/0 | hello", "web/1 | hello"])
            let one = try await thread.send(.get, "/api/v1/deployments/web/logs?replica=1")
            #expect(one.text == "hello\n")
        }
    }

    @Test @LoopActor func aCommandsOutputsAndExitCodeComeBack() async throws {
        try await TunnelThread.run { thread in
            try await thread.declare("web", script: "sleep 1000")
            let path = "/api/v1/deployments/web/exec"
            let outcome = try await thread.json(
                .post, path, json: #"{"command":["sh","-c","echo out; echo err >&2; exit 3"]}"#)
            #expect(outcome["exit_code"]?.intValue == 3, "\(outcome.encoded())")
            #expect(outcome["stdout"]?.stringValue == "out\n")
            #expect(outcome["stderr"]?.stringValue == "err\n")
            #expect(outcome["truncated"]?.boolValue == false)
            let missing = try await thread.json(.post, path, json: #"{"command":["/no/such/program"]}"#)
            #expect([126, 127].contains(missing["exit_code"]?.intValue ?? 0), "\(missing.encoded())")
            let much = try await thread.json(
                .post, path,
                json: #"{"command":["sh","-c","busybox head -c 3000000 /dev/zero | busybox tr '\\0' a"]}"#)
            #expect(much["truncated"]?.boolValue == true)
            #expect(much["stdout"]?.stringValue?.utf8.count == 1 << 20)
            // What began outside the database is answered as it ends, before its last entry is written.
            try await thread.eventually("three entries") { try await thread.audited("deployment.exec") == 3 }
        }
    }

    @Test @LoopActor func anInteractiveCommandHasInputTerminalAndSize() async throws {
        try await TunnelThread.run { thread in
            try await thread.declare("web", script: "sleep 1000")
            let path = "/api/v1/deployments/web/exec"
            let plain = try await thread.stream(.post, path, json: #"{"command":["cat"]}"#)
            try await plain.write(StreamFrame(.input, Array("hello\n".utf8)).bytes)
            try await plain.write(StreamFrame(.inputEnd, []).bytes)
            let (text, code) = try await Self.conversation(plain)
            #expect(text == "hello\n" && code == 0)

            let terminal = try await thread.stream(.post, path, json: #"{"command":["sh"],"tty":true}"#)
            try await terminal.write(StreamFrame(.size, Array(#"{"rows":33,"columns":77}"#.utf8)).bytes)
            try await terminal.write(
                StreamFrame(
                    .input,
                    Array(
                        "while [ \"$(busybox stty size)\" != '33 77' ]; do :; done; busybox stty size; exit 5\n"
                            .utf8)
                ).bytes)
            let (screen, end) = try await Self.conversation(terminal)
            #expect(screen.contains("33 77"), "\(screen)")
            #expect(end == 5)
        }
    }

    @Test @LoopActor func aCommandEndsWithItsClient() async throws {
        try await TunnelThread.run { thread in
            try await thread.declare("web", script: "sleep 1000")
            let path = "/api/v1/deployments/web/exec"
            let channel = try await thread.stream(.post, path, json: #"{"command":["sleep","4242"]}"#)
            func isThere() async throws -> Bool {
                let list = try await thread.json(.post, path, json: #"{"command":["busybox","ps"]}"#)
                return list["stdout"]?.stringValue?.contains("sleep 4242") == true
            }
            try await thread.eventually("it runs") { try await isThere() }
            channel.close()
            let left = EventLoop.now
            try await thread.eventually("it is gone") { try await !isThere() }
            #expect(EventLoop.now.milliseconds(since: left) < 2_000)
        }
    }

    @Test @LoopActor func aPortIsForwardedToManyClientsAtOnce() async throws {
        try await TunnelThread.run { thread in
            try await thread.declare(
                "web",
                script:
                    "busybox mkdir -p /w; busybox head -c 500000 /dev/zero > /w/big; httpd -f -p 8080 -h /w",
                more: #","ports":[{"container_port":8080,"publish":false}]"#)
            let path = "/api/v1/deployments/web/port-forward?port=8080"
            try await thread.eventually("the server answers") {
                guard let channel = try? await thread.stream(.get, path) else { return false }
                channel.close()
                return true
            }
            let clients = (0..<16).map { _ in Task { @LoopActor in try await Self.download(thread, path) } }
            for client in clients { #expect(try await client.value > 500_000) }
            let closed = try await thread.send(.get, "/api/v1/deployments/web/port-forward?port=8080")
            #expect(closed.status == 426)
            try await thread.eventually("an entry for each") {
                try await thread.audited("deployment.port_forward") >= 17
            }
        }
    }

    /// Fetches the large file through a raw stream; the bytes of the answer.
    @LoopActor private static func download(_ thread: TunnelThread, _ path: String) async throws -> Int {
        let channel = try await thread.stream(.get, path)
        try await channel.write("GET /big HTTP/1.0\r\n\r\n")
        var count = 0
        while let bytes = try await channel.read() { count += bytes.count }
        channel.close()
        return count
    }

    /// What a command showed, and how it ended.
    @LoopActor private static func conversation(_ channel: ByteChannel) async throws -> (
        text: String, code: Int64?
    ) {
        var parser = StreamFrameParser()
        var output: [UInt8] = []
        var result: JSONNode?
        while result == nil, let bytes = try await channel.read() {
            for frame in try parser.push(bytes) {
                if frame.kind == .result {
                    result = try JSONNode.parse(frame.payload)
                } else {
                    output += frame.payload
                }
            }
        }
        channel.close()
        return (String(decoding: output, as: UTF8.self), result?["exit_code"]?.intValue)
    }
}
