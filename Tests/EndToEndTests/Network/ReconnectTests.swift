import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

/// A tunnel that breaks again and again, in every way a network breaks connections.
@Suite(.onLoop, .serialized) struct ReconnectTests {
    @Test @LoopActor func manyReconnectsTouchNoContainerAndLeaveNothingBehind() async throws {
        try await NATThread.run(agent: ["FLEDX_AGENT_TUNNEL_RECONNECT_MAX_MS": "50"]) { thread in
            try await thread.declare("web")
            let containers = try await Containers.of("web", on: thread.docker).all
            // The first ones fill what is kept for good.
            try await Self.reconnect(thread, times: 20)
            let plane = try Holdings(of: thread.programs.controlPlane)
            let agent = try Holdings(of: thread.programs.agent)
            let times = TestEnvironment.count(short: 100, long: 1_000)
            try await Self.reconnect(thread, times: times)
            // Of connections over REST that were broken without a word, the control plane hears when they were idle too
            // long.
            try await thread.programs.eventually("every handle is given back", seconds: 120) {
                try Holdings(of: thread.programs.controlPlane).handles <= plane.handles + 2
            }
            let planeAfter = try Holdings(of: thread.programs.controlPlane)
            let agentAfter = try Holdings(of: thread.programs.agent)
            print("after \(times) reconnects: \(plane) became \(planeAfter), \(agent) became \(agentAfter)")
            #expect(agentAfter.handles <= agent.handles + 2, "\(agent) became \(agentAfter)")
            #expect(
                planeAfter.residentKilobytes < plane.residentKilobytes + 2_048,
                "\(plane) became \(planeAfter)")
            #expect(
                agentAfter.residentKilobytes < agent.residentKilobytes + 2_048,
                "\(agent) became \(agentAfter)")
            #expect(try await thread.figure("control_plane_tunnels") == 1)
            #expect(try await thread.figure("control_plane_tunnel_opened_total") >= Double(times + 20))
            #expect(try await Containers.of("web", on: thread.docker).all == containers)
            try await thread.awaitExec("web")
        }
    }

    /// Breaks the connection at the agent's end, every other time without a word to the control plane, whose session
    /// is then fenced by the next one.
    @LoopActor private static func reconnect(_ thread: NATThread, times: Int) async throws {
        let (network, port) = (thread.network, thread.programs.port)
        let silence = "iptables -%s FORWARD -p tcp --tcp-flags RST RST -j DROP"
        for count in 0..<times {
            let opened = try await thread.figure("control_plane_tunnel_opened_total")
            let isSilent = count.isMultiple(of: 2)
            if isSilent { try await network.inRouter(silence.replacingOccurrences(of: "%s", with: "I")) }
            try await network.here("ss -K dst \(network.beyondAddress) dport = \(port) >/dev/null")
            try await thread.programs.eventually("session \(count) is followed by another", seconds: 60) {
                try await thread.figure("control_plane_tunnel_opened_total") > opened
            }
            if isSilent { try await network.inRouter(silence.replacingOccurrences(of: "%s", with: "D")) }
        }
        try await thread.awaitTunnel()
    }
}
