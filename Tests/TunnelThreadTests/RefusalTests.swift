import EventLoop
import HTTPClient
import JSON
import Model
import TestKit
import Testing

@testable import Agent
@testable import ControlPlane

/// What an agent makes of a refusal of its tunnel.
@Suite(.onLoop, .serialized) struct RefusalTests {
    @Test @LoopActor func aRefusalIsTheLastWordAndItsPauseIsKept() async throws {
        let door = Door()
        try await door.start()
        defer { door.stop() }
        let advertised = [
            "FLEDX_CP_TUNNEL_ADVERTISED_HOST": "127.0.0.1", "FLEDX_CP_TUNNEL_ADVERTISED_PORT": "\(door.port)",
        ]
        try await TunnelThread.run(plane: advertised) { thread in
            // Its first tunnel came by the address of the API, as it knew of no other; now it knows.
            try await thread.declare("web", script: "sleep 1000")
            await thread.stopAgent()
            #expect(thread.plane.tunnels.counters.opened == 1)
            let body =
                #"{"error":"come again","code":"too_many_tunnels","request_id":"r","details":[]}"#
            door.answer =
                "HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\ncontent-length: \(body.utf8.count)\r\n\r\n"
                + body
            let before = door.asked.count
            try thread.startAgent()
            try await thread.eventually("it has asked three times") { door.asked.count == before + 3 }
            let times = door.asked.suffix(3).map { $0 }
            #expect(times[1].milliseconds(since: times[0]) >= 2_000)
            #expect(times[2].milliseconds(since: times[1]) >= 2_000)
            #expect(thread.plane.tunnels.counters.opened == 1, "no other address was tried")
            #expect(thread.log.contains("answered 503: come again"))
            // What is no control plane speaks for its own address only.
            door.answer = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"
            try await thread.eventually("the tunnel is up") { thread.plane.tunnels.readyCount == 1 }
        }
    }
}

/// A server that gives everybody the same answer.
@LoopActor
private final class Door {
    var answer = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"
    private(set) var asked: [MonotonicInstant] = []
    private var listener: Listener?
    var port: UInt16 { listener?.port ?? 0 }

    nonisolated init() {}

    func start() async throws {
        listener = try Listener.tcp(host: "127.0.0.1", port: 0) { stream in
            let channel = ByteChannel(stream)
            Task { @LoopActor in
                _ = try? await channel.read()
                self.asked.append(EventLoop.now)
                try? await channel.write(self.answer)
                channel.close()
            }
        }
    }

    func stop() { listener?.close() }
}
