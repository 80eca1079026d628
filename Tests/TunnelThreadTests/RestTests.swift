import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import Agent
@testable import ControlPlane

/// What goes over the link of a node at which nothing happens.
@Suite(.onLoop, .serialized) struct RestTests {
    @Test @LoopActor func aNodeAtRestPingsInsteadOfReporting() async throws {
        let plane = [
            "FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS": "1", "FLEDX_CP_TUNNEL_HEARTBEAT_TIMEOUT_SECS": "5",
        ]
        try await TunnelThread.run(plane: plane) { thread in
            var start = thread.plane.tunnels.counters
            // Whoever opens a port on this machine meanwhile gives the agent something to report.
            try await thread.eventually("three pings in a row without a report") {
                let now = thread.plane.tunnels.counters
                if now.reports != start.reports { start = now }
                return now.pings >= start.pings + 3
            }
            let node = try await thread.json(.get, "/api/v1/nodes/edge")
            #expect(node["status"]?.stringValue == "ready", "\(node.encoded())")
            let seen = node["last_seen"]?.stringValue
            try await thread.eventually("it is heard again") {
                try await thread.json(.get, "/api/v1/nodes/edge")["last_seen"]?.stringValue != seen
            }
            let reports = thread.plane.tunnels.counters.reports
            try await thread.declare("web", script: "sleep 1000")
            #expect(thread.plane.tunnels.counters.reports > reports, "news are told at once")
        }
    }

    @Test @LoopActor func aMeteredLinkIsUsedEveryEightMinutes() async throws {
        try await TunnelThread.run(agent: ["FLEDX_AGENT_LINK_PROFILE": "metered"]) { thread in
            let id = try #require(
                NodeID(try await thread.json(.get, "/api/v1/nodes/edge")["node_id"]?.stringValue ?? ""))
            try await thread.eventually("the control plane knows") {
                thread.plane.tunnels.tunnel(to: id)?.silenceMilliseconds == 1_440_000
            }
        }
    }
}
