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

        // Rolling updates under load: in place, where old and new need one port, and with another replica first.
        try await programs.update("fleet", to: images.two, shows: "version 2", serving: 3)
        let surging =
            #"{"order":"start_first","max_surge":1,"healthy_after_secs":1,"gate_secs":5}"#
        #expect(
            try await programs.call(.patch, "/api/v1/deployments/fleet", #"{"strategy":\#(surging)}"#).0
                == 200)
        try await programs.update("fleet", to: images.one, shows: "version 1", serving: 4)
        let inPlace = #"{"healthy_after_secs":1,"gate_secs":5}"#
        #expect(
            try await programs.call(.patch, "/api/v1/deployments/fleet", #"{"strategy":\#(inPlace)}"#).0
                == 200)

        // A bad image: the wave stops, and the old image is back everywhere.
        #expect(
            try await programs.call(.patch, "/api/v1/deployments/fleet", #"{"image":"\#(images.bad)"}"#).0
                == 200)
        try await programs.eventually("the bad image is rolled back", seconds: 120) {
            let detail = try await programs.call(.get, "/api/v1/deployments/fleet").1
            return detail["status"]?.stringValue == "running" && detail["replicas_ready"]?.intValue == 4
                && detail["image"]?.stringValue == images.one
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

extension Programs {
    /// Updates a deployment while clients ask its replicas; as many as are to serve do so all the time.
    @LoopActor
    fileprivate func update(_ name: String, to image: String, shows page: String, serving least: Int)
        async throws
    {
        let path = "/api/v1/deployments/\(name)"
        let load = Load(self, path: path)
        async let asked: Void = load.run()
        #expect(try await call(.patch, path, #"{"image":"\#(image)"}"#).0 == 200)
        try await eventually("all replicas run \(image)", seconds: 120) {
            let detail = try await self.call(.get, path).1
            let pages = await self.pages(detail)
            return detail["rollout"]?["phase"]?.stringValue == "complete" && pages.count == 4
                && pages.allSatisfy { $0.contains(page) }
        }
        load.stop()
        await asked
        print(
            "rolling update of 4 replicas, \(least) to serve: \(load.answered) requests answered, "
                + "\(load.overtaken) came to a replica that was just taken out, \(load.failed) failed; "
                + "\(load.fewest) replicas served at least")
        #expect(load.answered > 0)
        #expect(load.failed == 0)
        #expect(load.fewest >= least)
    }
}

/// Clients that ask whatever replica is called ready, all the time.
@LoopActor
private final class Load {
    private let programs: Programs
    private let path: String
    private var isStopped = false
    private(set) var answered = 0
    /// Requests to a replica that was no longer called ready when they failed: whoever asks has to ask another one.
    private(set) var overtaken = 0
    /// Requests to a replica that was called ready before and after.
    private(set) var failed = 0
    /// The fewest replicas that were called ready at once.
    private(set) var fewest = Int.max

    init(_ programs: Programs, path: String) {
        self.programs = programs
        self.path = path
    }

    func stop() { isStopped = true }

    func run() async {
        while !isStopped {
            guard let ready = await readyReplicas() else { continue }
            fewest = min(fewest, ready.count)
            for (container, port) in ready {
                if await programs.page(port: port) != nil {
                    answered += 1
                } else if await readyReplicas()?[container] == port {
                    failed += 1
                } else {
                    overtaken += 1
                }
            }
        }
    }

    /// The ports of the containers that are called ready.
    private func readyReplicas() async -> [String: Int64]? {
        guard let detail = try? await programs.call(.get, path).1 else { return nil }
        let ready = (detail["instances"]?.arrayValue ?? []).filter { $0["ready"]?.boolValue == true }
        let ports = ready.compactMap { instance in
            instance["container_id"]?.stringValue.flatMap { container in
                instance["ports"]?[0]?["host_port"]?.intValue.map { (container, $0) }
            }
        }
        return Dictionary(ports) { $1 }
    }
}
