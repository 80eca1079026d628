import EventLoop
import HTTP2
import HTTPClient
import JSON
import Model
import TestKit
import Testing
import Tunnel

@testable import ControlPlane

/// What a tunnel survives and what ends it; the agent's end does what each test says.
@Suite(.onLoop) struct TunnelFaultTests {
    @Test @LoopActor func relayedRequestsEndTheirStreamsInGoodOrder() async throws {
        var ends: [String] = []
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            let agent = try await FakeAgent.open(plane, node) { stream in
                StreamTask.serve(stream) {
                    stream.respond(FakeAgent.ok)
                    var asked = ""
                    while !asked.contains("\r\n\r\n"), let bytes = try await stream.next() {
                        asked += String(decoding: bytes, as: UTF8.self)
                    }
                    let isHead = asked.hasPrefix("HEAD")
                    try await stream.write(
                        Array("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n\(isHead ? "" : "hi")".utf8))
                    // A server that waits for the client's end.
                    do {
                        while try await stream.next() != nil {}
                        stream.finish()
                        ends.append("in order")
                    } catch {
                        ends.append("\(error)")
                        throw error
                    }
                }
            }
            for (method, body) in [("GET", nil), ("POST", "{}"), ("HEAD", nil), ("DELETE", nil)] {
                let answer = try await plane.send(method, "/relay/edge-1/-/page", json: body)
                #expect(answer.status == 200, "\(method): \(answer.text)")
            }
            try await plane.eventually("all of them have ended") {
                ends.count == 4 && plane.plane.tunnels.streamCount == 1
            }
            agent.close()
        }
        #expect(ends == [String](repeating: "in order", count: 4))
    }

    @Test @LoopActor func aServerThatDoesNotLeaveIsLeft() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            let agent = try await FakeAgent.open(plane, node) { stream in
                stream.respond(FakeAgent.ok)
                // Its answer is complete, and it goes on talking.
                _ = try? stream.writeNow(Array("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nmore".utf8))
            }
            #expect(try await plane.send("GET", "/relay/edge-1/-/page").status == 200)
            try await plane.eventually("no stream is left") { agent.connection.streamCount == 1 }
            agent.close()
        }
    }

    @Test @LoopActor func aCrowdedSessionKeepsItsControlStream() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            let agent = try await FakeAgent.open(plane, node) { $0.respond(FakeAgent.ok) }
            let tunnel = try #require(plane.plane.tunnels.tunnel(to: node.id))
            try await plane.eventually("no document is on its way") {
                plane.plane.tunnels.streamCount == 1
            }
            let stalled = try (0..<70).map { _ in try tunnel.connect(to: "-:1") }
            for stream in stalled { try stream.writeNow([UInt8](repeating: 1, count: 1 << 17)) }
            try await plane.eventually("what they may send is there") {
                agent.connection.bufferedBytes == 70 * HTTP2Limits().firstWindowBytes
            }
            #expect(tunnel.connection.waitingBytes >= HTTP2Limits().bufferedBytes)
            try agent.report()
            try await plane.eventually("the report is answered") { agent.words.last == "heartbeat_ack" }
            #expect(agent.failure == nil && tunnel.connection.isOpen)
            agent.close()
        }
    }

    @Test @LoopActor func whoLeavesDuringAnUploadLeavesNothingBehind() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            // Nobody reads what is sent.
            let agent = try await FakeAgent.open(plane, node) { $0.respond(FakeAgent.ok) }
            let client = try await plane.begin(
                "POST", "/relay/edge-1/-/page", json: String(repeating: "a", count: 150_000))
            try await plane.eventually("its request is on its way") {
                agent.connection.bufferedBytes == HTTP2Limits().firstWindowBytes
            }
            client.leave()
            try await plane.eventually("no stream is left") { agent.connection.streamCount == 1 }
            #expect(plane.plane.tunnels.streams.count == 0)
            agent.close()
        }
    }

    @Test @LoopActor func anAgentThatTakesNoFurtherStreamsIsLeft() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            let agent = try await FakeAgent.open(plane, node)
            agent.connection.goAway()
            try await plane.eventually("its tunnel is closed") {
                agent.failure != nil && plane.plane.tunnels.tunnel(to: node.id) == nil
            }
            let again = try await FakeAgent.open(plane, node, session: 2)
            #expect(again.connection.isOpen)
            again.close()
        }
    }

    @Test @LoopActor func whateverABusyAgentSendsIsASignOfLife() async throws {
        let settings = [
            "FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS": "1", "FLEDX_CP_TUNNEL_HEARTBEAT_TIMEOUT_SECS": "2",
        ]
        try await TestPlane.with(settings) { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            let agent = try await FakeAgent.open(plane, node)
            let seen = try await plane.send("GET", node.path).json()["last_seen"]?.stringValue
            // Neither a ping nor a report, like an agent that always hears something itself.
            try await plane.eventually("it is heard") {
                try agent.say("noise")
                return try await plane.send("GET", node.path).json()["last_seen"]?.stringValue != seen
            }
            #expect(plane.plane.tunnels.counters.reports == 0 && agent.failure == nil)
            agent.close()
        }
    }

    @Test @LoopActor func twoAgentsWithOneIdentityAreToldAndForgotten() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            var agents: [FakeAgent] = []
            for round in 0..<5 {
                let boot = round % 2 == 0 ? "one" : "other"
                agents.append(try await FakeAgent.open(plane, node, boot: boot, session: round + 1))
            }
            let refused = try await FakeAgent.knock(plane, node, boot: "other", session: 6)
            #expect(refused.answer.status.code == 409)
            #expect(String(decoding: refused.answer.body, as: UTF8.self).contains("duplicate_identity"))
            #expect(refused.answer.headers["retry-after"] == "60")
            let contested = try await plane.send("GET", node.path).text
            #expect(contested.contains(#""type":"duplicate_identity""#), "\(contested)")
            // Those that were replaced have ended late, and took nothing along.
            try await plane.eventually("the others are over") {
                agents.dropLast().allSatisfy { $0.failure != nil }
            }
            #expect(agents[4].failure == nil && plane.plane.tunnels.tunnel(to: node.id) != nil)
            // Nobody asks again, and in ten minutes it is over.
            let later = EventLoop.now.milliseconds + 601_000
            #expect(plane.plane.tunnels.conditions(of: node.id, atMilliseconds: later).isEmpty)
            #expect(!plane.plane.tunnels.conditions(of: node.id).isEmpty)
            agents[4].close()
        }
    }

    @Test @LoopActor func oneNodeSpoilsNobodyElsesLogs() async throws {
        try await TestPlane.with { plane in
            let first = try await plane.readyNode(#"{"name":"edge-1"}"#)
            let second = try await plane.readyNode(#"{"name":"edge-2"}"#)
            _ = try await plane.declare(#"{"name":"web","image":"nginx:1","mode":"per_node"}"#)
            let speaking = try await FakeAgent.open(plane, first) { stream in
                StreamTask.serve(stream) {
                    stream.respond(FakeAgent.ok)
                    try await stream.write(Array("hello\n".utf8))
                    stream.finish()
                }
            }
            // It takes the control stream and none beside it.
            var limits = HTTP2Limits()
            limits.streams = 1
            let full = try await FakeAgent.open(plane, second, limits: limits)
            try await plane.eventually("no document is on its way") { plane.plane.tunnels.streamCount == 2 }
            let logs = try await plane.send("GET", "/api/v1/deployments/web/logs")
            #expect(logs.status == 200 && logs.text.contains(" | hello\n"), "\(logs.text)")
            #expect(logs.text.contains("(fledx: no further stream"), "\(logs.text)")
            for agent in [speaking, full] { agent.close() }
        }
    }

    @Test @LoopActor func aCommandsClientThatLeavesIsMissedWhileItsInputWaits() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(BarrierTests.web)
            // A command that reads nothing.
            let agent = try await FakeAgent.open(plane, node) {
                $0.respond(FakeAgent.ok + [HTTP2Field(TunnelProtocol.executionHeader, "e")])
            }
            let socket = try await LoopStream.connectTCP(
                host: "127.0.0.1", port: plane.plane.port, timeoutMilliseconds: 5_000)
            let head = HTTPRequestHead(
                method: .post, target: "/api/v1/deployments/web/exec",
                headers: [
                    "host": "test", "upgrade": "fledx-stream", "content-type": "application/json",
                    "authorization": "Bearer \(TestPlane.operatorToken)",
                ])
            let answer = try await plane.upgrade(
                socket, head, body: Array(#"{"command":["sleep","9"]}"#.utf8))
            try #require(answer.isSwitched)
            socket.maximumQueuedBytes = .max
            let piece = StreamFrame(.input, [UInt8](repeating: 7, count: StreamFrame.limitBytes)).bytes
            for _ in 0..<16 { socket.write(piece) }
            // More than all buffers on the way hold.
            var (queued, looks) = (0, 0)
            try await plane.eventually("nothing moves any more") {
                looks = socket.queuedBytes == queued && queued > 0 ? looks + 1 : 0
                queued = socket.queuedBytes
                return looks == 20 && agent.connection.bufferedBytes == HTTP2Limits().firstWindowBytes
            }
            socket.close()
            try await plane.eventually("the command is ended") { agent.connection.streamCount == 1 }
            agent.close()
        }
    }

    @Test @LoopActor func clientsOfStreamsAreProbed() async throws {
        try await TestPlane.with { plane in
            let node = try await plane.readyNode(#"{"name":"edge-1"}"#)
            _ = try await plane.declare(BarrierTests.web)
            let agent = try await FakeAgent.open(plane, node) { stream in
                stream.respond(FakeAgent.ok)
                _ = try? stream.writeNow(Array("hello\n".utf8))
            }
            #expect(try Self.probed(plane.plane.port) == 0, "an idle tunnel costs nothing")
            let logs = try await plane.begin("GET", "/api/v1/deployments/web/logs?follow=true")
            try await logs.until("hello")
            try await plane.eventually("it is probed") { try Self.probed(plane.plane.port) == 1 }
            let forward = try await plane.begin(
                "GET", "/api/v1/deployments/web/port-forward?port=80",
                headers: [("upgrade", "fledx-stream"), ("connection", "upgrade")])
            try await forward.until("hello")
            try await plane.eventually("both are probed") { try Self.probed(plane.plane.port) == 2 }
            for client in [logs, forward] { client.leave() }
            agent.close()
        }
    }

    /// The server's connections whose next timer is a probe of the peer.
    private static func probed(_ port: UInt16) throws -> Int {
        try KernelConnections.count(.probe, port: port, isServer: true)
    }
}
