import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

/// Three agents on one engine: a rolling update under load, a bad image, a drain, a lost agent and its return,
/// and a node that is deleted with what it runs.
@Suite(.onLoop, .serialized) struct FleetTests {
    @Test(.timeLimit(.minutes(10))) @LoopActor func aFleetIsUpdatedDrainedAndHealed() async throws {
        guard let docker = try await PrivateDocker.shared() else { return }
        let images = (
            one: try await docker.image(.one), two: try await docker.image(.two),
            bad: try await docker.image(.bad)
        )
        let programs = try Programs(dockerHost: docker.host)
        defer { programs.end() }
        try await programs.startControlPlane([
            "FLEDX_CP_TUNNEL_HEARTBEAT_INTERVAL_SECS": "1", "FLEDX_CP_TUNNEL_HEARTBEAT_TIMEOUT_SECS": "3",
            "FLEDX_CP_REACHABILITY_HEARTBEAT_STALE_SECS": "3",
            "FLEDX_CP_REACHABILITY_SWEEP_INTERVAL_SECS": "1",
        ])
        let names = ["edge-a", "edge-b", "edge-c"]
        for name in names { try programs.startAgent(named: name) }
        try await programs.eventually("three nodes are ready") {
            try await programs.call(.get, "/api/v1/nodes?status=ready").1["total"]?.intValue == 3
        }
        let body = """
            {"name":"fleet","image":"\(images.one)","replicas":4,"ports":[{"container_port":80}],"stop_grace_secs":2,
             "strategy":{"healthy_after_secs":1,"gate_secs":5},"placement":{"spread":true}}
            """
        #expect(try await programs.call(.post, "/api/v1/deployments", body).0 == 201)
        try await programs.awaitRunning("fleet", replicas: 4)

        // A rolling update under load: clients ask the replicas that are called ready.
        let load = Load(programs, deployment: "fleet")
        async let asked: Void = load.run()
        #expect(
            try await programs.call(.patch, "/api/v1/deployments/fleet", #"{"image":"\#(images.two)"}"#).0
                == 200)
        try await programs.eventually("all replicas run the new image", seconds: 120) {
            let detail = try await programs.call(.get, "/api/v1/deployments/fleet").1
            let pages = await programs.pages(detail)
            return detail["rollout"]?["phase"]?.stringValue == "complete" && pages.count == 4
                && pages.allSatisfy { $0.contains("version 2") }
        }
        load.stop()
        await asked
        print("rolling update of 4 replicas: \(load.answered) requests answered, \(load.failed) failed")
        #expect(load.answered > 0)

        // A bad image: the wave stops, and the old image is back everywhere.
        #expect(
            try await programs.call(.patch, "/api/v1/deployments/fleet", #"{"image":"\#(images.bad)"}"#).0
                == 200)
        try await programs.eventually("the bad image is rolled back", seconds: 120) {
            let detail = try await programs.call(.get, "/api/v1/deployments/fleet").1
            return detail["status"]?.stringValue == "running" && detail["replicas_ready"]?.intValue == 4
                && detail["image"]?.stringValue == images.two
        }

        // A drain: nothing is left on the node, everything runs elsewhere.
        #expect(try await programs.call(.post, "/api/v1/nodes/edge-a/drain").0 == 200)
        try await programs.eventually("edge-a is empty", seconds: 90) {
            try await programs.call(.get, "/api/v1/nodes/edge-a").1["instances"]?.arrayValue?.isEmpty == true
        }
        try await programs.awaitRunning("fleet", replicas: 4)
        #expect(try await programs.call(.post, "/api/v1/nodes/edge-a/uncordon").0 == 200)

        // A lost agent: its replicas move; when it is back, what is not its own any more goes.
        try programs.killAgent(named: "edge-b")
        try await programs.eventually("the replicas of edge-b moved", seconds: 90) {
            let detail = try await programs.call(.get, "/api/v1/deployments/fleet").1
            let nodes = (detail["instances"]?.arrayValue ?? []).compactMap { $0["node_name"]?.stringValue }
            return detail["status"]?.stringValue == "running" && !nodes.contains("edge-b")
        }
        try programs.startAgent(named: "edge-b")
        try await programs.eventually("nothing runs twice after its return", seconds: 60) {
            let containers = try await Containers.of("fleet", on: docker)
            return containers.running.count == 4 && containers.all.count == 4
        }

        // A node that is deleted with its containers takes them away; they run elsewhere.
        let edgeC = try await programs.call(.get, "/api/v1/nodes/edge-c").1["instances"]?.arrayValue ?? []
        #expect(!edgeC.isEmpty)
        #expect(
            try await programs.call(.delete, "/api/v1/nodes/edge-c?force=true&containers=remove").0 == 204)
        try await programs.eventually("edge-c has taken its containers away", seconds: 90) {
            let containers = try await Containers.of("fleet", on: docker)
            return containers.running.count == 4 && containers.all.count == 4
        }
        #expect(try await programs.call(.delete, "/api/v1/deployments/fleet").0 == 204)
        try await programs.eventually("no container is left") {
            try await Containers.of("fleet", on: docker).all.isEmpty
        }
    }
}

/// Clients that ask whatever replica is called ready, all the time.
@LoopActor
private final class Load {
    private let programs: Programs
    private let path: String
    private var isStopped = false
    private(set) var answered = 0
    private(set) var failed = 0

    init(_ programs: Programs, deployment: String) {
        self.programs = programs
        path = "/api/v1/deployments/\(deployment)"
    }

    func stop() { isStopped = true }

    func run() async {
        while !isStopped {
            guard let detail = try? await programs.call(.get, path).1 else { continue }
            let instances = (detail["instances"]?.arrayValue ?? []).filter { $0["ready"]?.boolValue == true }
            for instance in instances {
                guard let port = instance["ports"]?[0]?["host_port"]?.intValue else { continue }
                if await programs.page(port: port) == nil { failed += 1 } else { answered += 1 }
            }
        }
    }
}
