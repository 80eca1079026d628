import EventLoop
import HTTPClient
import JSON
import Model
import TestKit
import Testing

@testable import Agent
@testable import ControlPlane

/// What ends a relayed answer that nobody has ended, and what is measured meanwhile.
@Suite(.onLoop, .serialized) struct StreamEndTests {
    @Test @LoopActor func aRelayedAnswerEndsWhenItsTokenExpiresOrIsTakenBack() async throws {
        let page = EndlessPage()
        try await page.start()
        defer { page.stop() }
        let routes = "/page=127.0.0.1:\(page.port)"
        try await TunnelThread.run(agent: ["FLEDX_AGENT_TUNNEL_ROUTES": routes]) { thread in
            let end = SystemTimeSource().now().wall.adding(milliseconds: 3_000)
            let short = try await thread.json(
                .post, "/api/v1/operator-tokens",
                json: #"{"name":"short","role":"admin","expires_at":"\#(end)"}"#)
            let long = try await thread.json(
                .post, "/api/v1/operator-tokens", json: #"{"name":"long","role":"admin"}"#)
            for (name, made) in [("short", short), ("long", long)] {
                let token = try #require(made["token"]?.stringValue, "\(made.encoded())")
                var request = thread.request(.get, "/relay/edge/-/page/x", token: token)
                request.deadlines = .endless(responseHead: 20_000)
                let answer = try await thread.open(request)
                #expect(try await answer.body.next() == Array("first".utf8))
                if name == "long" {
                    #expect(try await thread.send(.delete, "/api/v1/operator-tokens/long").status == 204)
                }
                await #expect(throws: (any Error).self, "\(name)") {
                    while try await answer.body.next() != nil {}
                }
            }
            try await thread.eventually("no stream is left") {
                thread.plane.tunnels.streams.count == 0 && thread.plane.tunnels.streamCount == 1
            }
        }
    }

    @Test @LoopActor func roundTripsRefusalsAndWaitingBytesAreMeasured() async throws {
        try await TunnelThread.run { thread in
            try await thread.eventually("a report has brought its round trip") {
                let text = try await thread.send(.get, "/metrics").text
                return text.contains("control_plane_tunnel_rtt_seconds_count ")
                    && !text.contains("control_plane_tunnel_rtt_seconds_count 0\n")
            }
            let text = try await thread.send(.get, "/metrics").text
            #expect(text.contains("\ncontrol_plane_tunnel_buffered_bytes 0\n"))
            #expect(text.contains("\ncontrol_plane_tunnel_streams_refused_total 0\n"))
            #expect(text.contains("\ncontrol_plane_tunnels 1\n"))
            try await thread.eventually("no document is on its way") {
                thread.plane.tunnels.streamCount == 1
            }
            // As many streams as one tunnel has, the control stream among them, and one more.
            let tunnel = try #require(thread.plane.tunnels.tunnel(to: try await Self.node(thread)))
            var held: [AnyObject] = []
            while held.count < 255 { held.append(try tunnel.connect(to: "-:1")) }
            #expect(throws: (any Error).self) { _ = try tunnel.connect(to: "-:1") }
            #expect(
                try await thread.send(.get, "/metrics").text.contains(
                    "\ncontrol_plane_tunnel_streams_refused_total 1\n"))
        }
    }

    @Test @LoopActor func theSettingsSayHowManyStreamsATunnelHas() async throws {
        try await TunnelThread.run(agent: ["FLEDX_AGENT_TUNNEL_STREAMS": "300"]) { thread in
            try await thread.eventually("no document is on its way") {
                thread.plane.tunnels.streamCount == 1
            }
            let tunnel = try #require(thread.plane.tunnels.tunnel(to: try await Self.node(thread)))
            var held: [AnyObject] = []
            while held.count < 299 { held.append(try tunnel.connect(to: "-:1")) }
            #expect(throws: (any Error).self) { _ = try tunnel.connect(to: "-:1") }
        }
    }

    @LoopActor private static func node(_ thread: TunnelThread) async throws -> NodeID {
        let id = try await thread.json(.get, "/api/v1/nodes/edge")["node_id"]?.stringValue ?? ""
        return try #require(NodeID(id), "\(id)")
    }
}

/// A server whose answer begins and does not end.
@LoopActor
private final class EndlessPage {
    private var listener: Listener?
    private var channels: [ByteChannel] = []
    var port: UInt16 { listener?.port ?? 0 }

    nonisolated init() {}

    func start() async throws {
        listener = try Listener.tcp(host: "127.0.0.1", port: 0) { stream in
            let channel = ByteChannel(stream)
            self.channels.append(channel)
            Task { @LoopActor in
                _ = try? await channel.read()
                try? await channel.write("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nfirst")
            }
        }
    }

    func stop() {
        listener?.close()
        for channel in channels { channel.close() }
    }
}
