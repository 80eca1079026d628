import EventLoop
import JSON
import Model
import TestKit
import Testing

@testable import Agent
@testable import ControlPlane

/// Documents and reports through the tunnel, and over REST while it is down.
@Suite(.onLoop, .serialized) struct PushTests {
    @Test @LoopActor func aDeclarationIsPushedAndReportedThroughTheTunnel() async throws {
        try await TunnelThread.run { thread in
            let polls = thread.plane.polls.total
            let before = thread.plane.tunnels.counters.pushed
            try await thread.declare("web", script: "sleep 1000")
            #expect(thread.plane.tunnels.counters.pushed > before)
            #expect(thread.plane.tunnels.counters.reports > 0)
            #expect(thread.plane.polls.total == polls, "a poll waited beside the tunnel")
        }
    }

    @Test @LoopActor func withoutATunnelRESTDoesTheSame() async throws {
        try await TunnelThread.run(agent: [:]) { thread in
            thread.plane.tunnels.refusesAll = true
            thread.plane.tunnels.closeAll("on purpose")
            try await thread.eventually("the tunnel is down") { thread.plane.tunnels.readyCount == 0 }
            try await thread.declare("web", script: "sleep 1000")
            thread.plane.tunnels.refusesAll = false
            try await thread.eventually("the tunnel is up again") { thread.plane.tunnels.readyCount == 1 }
            let pushed = thread.plane.tunnels.counters.pushed
            #expect(
                try await thread.send(.patch, "/api/v1/deployments/web", json: #"{"replicas":0}"#).status
                    == 200)
            try await thread.eventually("it is pushed") { thread.plane.tunnels.counters.pushed > pushed }
        }
    }

    @Test @LoopActor func aControlPlaneThatStartsAnewHasItsTunnelsBack() async throws {
        try await TunnelThread.run { thread in
            try await thread.declare("web", script: "sleep 1000")
            try await thread.stopPlane()
            try await thread.startPlane()
            try await thread.eventually("the tunnel is back") { thread.plane.tunnels.readyCount == 1 }
            try await thread.eventually("it is known to run") {
                try await thread.json(.get, "/api/v1/deployments/web")["replicas_ready"]?.intValue == 1
            }
        }
    }

    @Test @LoopActor func aDeletedNodesTunnelIsClosed() async throws {
        try await TunnelThread.run { thread in
            #expect(try await thread.send(.delete, "/api/v1/nodes/edge?force=true").status < 300)
            let asked = EventLoop.now
            try await thread.eventually("the tunnel is closed") { thread.plane.tunnels.count == 0 }
            #expect(EventLoop.now.milliseconds(since: asked) < 3_000)
        }
    }
}
