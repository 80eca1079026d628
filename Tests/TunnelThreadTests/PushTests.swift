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

    @Test @LoopActor func theWayChangesToRESTAndBackWithoutAGapOrAFalseAlarm() async throws {
        let settings = [
            "FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS": "1",
            "FLEDX_CP_REACHABILITY_HEARTBEAT_STALE_SECS": "20",
            "FLEDX_CP_REACHABILITY_SWEEP_INTERVAL_SECS": "1",
        ]
        try await TunnelThread.run(plane: settings) { thread in
            let tunnels = thread.plane.tunnels
            try await thread.declare("web", script: "sleep 1000")
            let kept = try await Self.replicas(thread)
            let start = try await thread.json(.get, "/api/v1/events")["last_event_id"]?.stringValue ?? ""

            // The way goes in the middle of a push, and REST is all there is.
            let polls = thread.plane.polls.total
            try await Self.scale(thread, to: 2)
            tunnels.refusesAll = true
            tunnels.closeAll("on purpose")
            try await Self.awaitReplicas(thread, 2)
            try await thread.eventually("it waits over REST") { thread.plane.polls.total > polls }
            for _ in 0..<3 {
                let seen = try await Self.node(thread)["last_seen"]?.stringValue
                try await thread.eventually("it is heard over REST") {
                    try await Self.node(thread)["last_seen"]?.stringValue != seen
                }
            }
            #expect(tunnels.readyCount == 0)

            // It comes back in the middle of a change, and is then the only one.
            try await Self.scale(thread, to: 1)
            tunnels.refusesAll = false
            try await Self.awaitReplicas(thread, 1)
            try await thread.eventually("the tunnel is up again") { tunnels.readyCount == 1 }
            let pushed = tunnels.counters.pushed
            try await Self.scale(thread, to: 2)
            try await thread.eventually("it is pushed") { tunnels.counters.pushed > pushed }

            // Coming and going in the middle of one change after the other.
            for wanted: Int64 in [1, 2, 1] {
                try await Self.scale(thread, to: wanted)
                tunnels.closeAll("on purpose")
                try await Self.awaitReplicas(thread, wanted)
            }

            let told = try await thread.json(.get, "/api/v1/events?kind=node&kind=cluster&since=\(start)")
            #expect(told["items"]?.arrayValue?.isEmpty == true, "\(told.encoded())")
            let node = try await Self.node(thread)
            #expect(node["status"]?.stringValue == "ready", "\(node.encoded())")
            #expect(node["conditions"]?.arrayValue?.isEmpty ?? true, "\(node.encoded())")
            #expect(try await Self.replicas(thread) == kept, "a container was touched for nothing")
            for alarm in ["containers are left as they are", "reporting again until it works"] {
                #expect(!thread.log.contains(alarm), "\(thread.log.suffix(3_000))")
            }
        }
    }

    @LoopActor private static func node(_ thread: TunnelThread) async throws -> JSONNode {
        try await thread.json(.get, "/api/v1/nodes/edge")
    }

    @LoopActor private static func scale(_ thread: TunnelThread, to replicas: Int64) async throws {
        let answer = try await thread.send(
            .patch, "/api/v1/deployments/web", json: #"{"replicas":\#(replicas)}"#)
        #expect(answer.status == 200, "\(answer.text)")
    }

    /// Waits until so many run, and none besides.
    @LoopActor private static func awaitReplicas(_ thread: TunnelThread, _ count: Int64) async throws {
        try await thread.eventually("\(count) run") {
            let ready = try await thread.json(.get, "/api/v1/deployments/web")["replicas_ready"]?.intValue
            let placed = try await Self.node(thread)["instances"]?.arrayValue?.count
            return ready == count && placed == Int(count)
        }
    }

    /// The containers, and how often each was started again.
    @LoopActor private static func replicas(_ thread: TunnelThread) async throws -> Set<String> {
        let instances = try await Self.node(thread)["instances"]?.arrayValue ?? []
        return Set(
            instances.map {
                "\($0["container_id"]?.stringValue ?? "none") \($0["restart_count"]?.intValue ?? -1)"
            })
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
