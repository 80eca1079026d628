import EventLoop
import JSON
import Model
import TestKit
import Testing

/// Holders of a node's credential who mean no good, against the built control plane.
@Suite(.onLoop, .serialized) struct HostileTunnelTests {
    /// What may be added to the resident memory by everything below.
    private static let addedKilobytes = 16 * 1024

    @Test(.timeLimit(.minutes(5))) @LoopActor func peersThatBreakTheRulesCostNothingAndHinderNobody()
        async throws
    {
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        try await programs.startControlPlane()
        try programs.startAgent()
        try await programs.eventually("a good agent has its tunnel") { try await Self.isConnected(programs) }
        let peer = try await TunnelPeer.register("hostile", with: programs)
        let opened = try await Self.since(programs)
        for attack in Self.attacks { try await Self.repel(attack, from: peer, programs, times: 2) }
        try await Self.refuseOffers(of: peer, times: 2)

        let before = try Holdings(of: programs.controlPlane)
        let times = TestEnvironment.count(short: 20, long: 200)
        for attack in Self.attacks {
            try await Self.repel(attack, from: peer, programs, times: times)
            let (status, _) = try await programs.call(.get, "/api/v1/nodes")
            #expect(status == 200, "after \(attack.name)")
        }
        try await Self.refuseOffers(of: peer, times: times)
        try await programs.eventually("every handle is given back") {
            try Holdings(of: programs.controlPlane).handles <= before.handles + 2
        }
        let after = try Holdings(of: programs.controlPlane)
        print("a control plane under \(times) of each attack: \(before) before, \(after) after")
        #expect(
            after.residentKilobytes < before.residentKilobytes + Self.addedKilobytes, "\(before), \(after)")
        #expect(try await Self.isConnected(programs))
        #expect(try await Self.since(programs) == opened, "the good agent lost its tunnel")
    }

    @Test @LoopActor func aPeerThatSaysNothingIsSentAway() async throws {
        let programs = try Programs(dockerHost: "unix:///nowhere")
        defer { programs.end() }
        try await programs.startControlPlane()
        let peer = try await TunnelPeer.register("silent", with: programs)
        let silent = try await peer.open()
        let asked = EventLoop.now
        while try await silent.read(deadlineMilliseconds: 30_000) != nil {}
        #expect(EventLoop.now.milliseconds(since: asked) < 20_000)
        // Neither is one who greets as HTTP/2 and never as an agent.
        let mute = try await peer.open()
        try await mute.write(RawFrame.greeting + RawFrame.answer)
        while try await mute.read(deadlineMilliseconds: 30_000) != nil {}
        mute.close()
        silent.close()
    }

    private struct Attack: Sendable {
        let name: String
        let bytes: [UInt8]
    }

    /// Each ends its session; what is refused and survived is in `refuseOffers` and in the tests of the session.
    private nonisolated static let attacks: [Attack] = {
        let hello = Array(#"{"hello":{"agent_version":"0.1.0","capabilities":[]}}"#.utf8) + [0x0A]
        let good = RawFrame.greeting + RawFrame.answer
        func many(_ frame: [UInt8], _ count: Int) -> [UInt8] { (0..<count).flatMap { _ in frame } }
        let entry = [0x40, 0x01, 0x61, 0x7F, 0xA1, 0x1E] + [UInt8](repeating: 0x62, count: 4_000)
        let small = [0x40, 0x01, 0x61, 0x7F, 0x85, 0x06] + [UInt8](repeating: 0x62, count: 900)
        return [
            Attack(name: "another protocol", bytes: Array("HTTP/1.1 200 OK\r\n\r\n".utf8)),
            Attack(
                name: "oversized frame",
                bytes: good
                    + RawFrame.bytes(0, 0, 1, [UInt8](repeating: 0, count: 20_000), length: 16_777_215)),
            Attack(name: "flood of SETTINGS", bytes: good + many(RawFrame.settings, 20_000)),
            Attack(name: "flood of PING", bytes: good + many(RawFrame.ping, 20_000)),
            Attack(name: "rapid reset", bytes: good + many(RawFrame.reset, 5_000)),
            Attack(name: "streams of a server", bytes: good + many(RawFrame.bytes(1, 5, 2, [0x82]), 100)),
            Attack(
                name: "head that never ends",
                bytes: RawFrame.greeting + RawFrame.bytes(1, 0, 1, [0x88])
                    + many(RawFrame.bytes(9, 0, 1, entry), 400)),
            Attack(
                name: "head that swells",
                bytes: RawFrame.greeting
                    + RawFrame.bytes(
                        1, 4, 1, [0x88] + small + [UInt8](repeating: 0xBE, count: 10_000))),
            Attack(name: "credit beyond all bounds", bytes: good + many(RawFrame.window, 3)),
            Attack(name: "empty DATA without end", bytes: good + many(RawFrame.bytes(0, 0, 1), 20_000)),
            Attack(
                name: "line without end",
                bytes: good + RawFrame.data(hello + [UInt8](repeating: 0x61, count: 90_000))),
            Attack(name: "line that is no message", bytes: good + RawFrame.data(Array("nonsense\n".utf8))),
            Attack(
                name: "greeting that is none", bytes: good + RawFrame.data(Array("{\"hello\":{}}\n".utf8))),
        ]
    }()

    /// Opens a session, says all that at once without reading, and sees it end.
    @LoopActor private static func repel(
        _ attack: Attack, from peer: TunnelPeer, _ programs: Programs, times: Int
    ) async throws {
        for _ in 0..<times {
            let channel = try await peer.open()
            // The session may end before it has heard everything.
            try? await channel.write(attack.bytes)
            do {
                while try await channel.read(deadlineMilliseconds: 8_000) != nil {}
            } catch let failure as LoopFailure where failure.code != .deadline {
                // A reset is an end too.
            } catch {
                Issue.record("'\(attack.name)' goes on: \(error)")
            }
            channel.close()
        }
    }

    /// Offers that are refused, each with its reason.
    @LoopActor private static func refuseOffers(of peer: TunnelPeer, times: Int) async throws {
        let offers: [(String, [String: String?], Int)] = [
            ("no token", ["x-fledx-tunnel-token": nil], 401),
            ("a wrong token", ["x-fledx-tunnel-token": "Bearer nonsense"], 401),
            ("somebody else's id", ["x-fledx-node-id": "0190f3b2-0000-7000-8000-000000000001"], 401),
            ("an id that is none", ["x-fledx-node-id": "nobody"], 401),
            ("another protocol", ["upgrade": "websocket"], 426),
            ("no change of protocol", ["upgrade": nil, "connection": "close"], 426),
            ("no life", ["x-fledx-boot-id": nil], 400),
            ("no number", ["x-fledx-session": "one"], 400),
            ("an old number", ["x-fledx-session": "0"], 409),
            ("a large head", ["x-large": String(repeating: "a", count: 70_000)], 431),
        ]
        for (name, change, status) in offers {
            for _ in 0..<times {
                let (channel, told, answer) = try await peer.ask(change)
                // Whoever shows many wrong credentials waits for the answer to the next.
                let isHeldBack = status == 401 && told == 429
                #expect(told == status || isHeldBack, "\(name): \(answer.prefix(300))")
                channel.close()
            }
        }
    }

    @LoopActor private static func isConnected(_ programs: Programs) async throws -> Bool {
        try await programs.call(.get, "/api/v1/nodes/agent").1["tunnel"]?["connected"]?.boolValue == true
    }

    @LoopActor private static func since(_ programs: Programs) async throws -> String? {
        try await programs.call(.get, "/api/v1/nodes/agent").1["tunnel"]?["connected_at"]?.stringValue
    }
}
