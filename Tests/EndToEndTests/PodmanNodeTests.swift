import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

/// The agent's program on a node that has Podman instead of Docker, by Podman's compatible socket.
@Suite(.onLoop, .serialized) struct PodmanNodeTests {
    @Test @LoopActor func aDeploymentLivesItsWholeLifeOnPodman() async throws {
        if let reason = PrivatePodman.unavailable { return TestEnvironment.skip(reason) }
        // Docker sets up control groups where nobody else does, and pushes the image that Podman pulls.
        guard let docker = try await PrivateDocker.shared(),
            let registry = try await PrivateRegistry.shared()
        else { return }
        let podman = try await PrivatePodman.start(registry: registry.address)
        defer { podman.end() }
        let programs = try Programs(dockerHost: podman.host)
        defer { programs.end() }
        try await programs.startControlPlane()
        // What happens to a container is heard: the looks that would find it are an hour apart.
        try programs.startAgent(["FLEDX_AGENT_RECONCILE_INTERVAL_SECS": "3600"])
        let life = Life(programs: programs, podman: podman)

        try await life.deploy(try await podman.image(.one))
        try await life.look()
        try await life.mend()
        try await life.outliveTheAgent()
        let second = try await registry.push(
            try await docker.image(.two), from: docker, repository: "podman", tag: "2")
        try await life.update(to: second)
        try await life.delete()
    }
}

/// One deployment of two replicas on a node with Podman.
@LoopActor
private struct Life {
    let programs: Programs
    let podman: PrivatePodman
    private let path = "/api/v1/deployments/podded"

    /// Declared, ready by a probe over the container's own address, and reached over its published port.
    func deploy(_ image: String) async throws {
        let probe = #"{"type":"http","path":"/","port":80,"interval_seconds":1}"#
        let body =
            #"{"name":"podded","image":"\#(image)","replicas":2,"ports":[{"container_port":80}],"#
            + #""stop_grace_secs":2,"strategy":{"healthy_after_secs":1},"#
            + #""health":{"liveness":\#(probe),"readiness":\#(probe)}}"#
        let (status, answer) = try await programs.call(.post, "/api/v1/deployments", body)
        #expect(status == 201, "\(answer)")
        try await programs.awaitRunning("podded", replicas: 2)
        try await serves("version 1")
        #expect(try await containers().all.count == 2)
    }

    /// Its output is read and commands run in it, through the tunnel.
    func look() async throws {
        let logs = try await programs.fledx(["deployments", "logs", "podded"])
        #expect(logs.output.contains("serving version 1"), "\(logs.output)\(logs.errors)")
        let command = try await programs.fledx([
            "deployments", "exec", "podded", "--", "sh", "-c", "echo out; exit 7",
        ])
        #expect(command.code == 7 && command.output == "out\n", "\(command)")
    }

    /// One that is killed runs again, the same container; the other one is not touched.
    func mend() async throws {
        let starts = try await starts()
        let victim = try #require(starts.keys.sorted().first)
        try await podman.call("POST", "/containers/\(victim)/kill")
        try await programs.eventually("it runs again") {
            let now = try await self.starts()
            return now.count == 2 && now[victim] != nil && now[victim] != starts[victim]
        }
        let others = try await self.starts().filter { $0.key != victim }
        #expect(others == starts.filter { $0.key != victim })
        try await programs.awaitRunning("podded", replicas: 2)
    }

    /// The next life of the agent finds the containers by their labels and leaves them alone.
    func outliveTheAgent() async throws {
        let starts = try await starts()
        try programs.killAgent()
        try programs.startAgent(["FLEDX_AGENT_RECONCILE_INTERVAL_SECS": "3600"])
        try await programs.eventually("the next life has looked") {
            programs.agent?.errorsSoFar.contains("docker answers") == true
        }
        try await programs.awaitRunning("podded", replicas: 2)
        #expect(try await self.starts() == starts)
    }

    /// The agent pulls the new image and replaces both, each on its port.
    func update(to image: String) async throws {
        let before = try await containers().runningIDs
        #expect(try await programs.call(.patch, path, #"{"image":"\#(image)"}"#).0 == 200)
        try await programs.eventually("both are replaced") {
            let now = try await self.containers()
            return now.all.count == 2 && now.runningIDs.count == 2 && now.runningIDs.isDisjoint(with: before)
        }
        try await programs.awaitRunning("podded", replicas: 2)
        try await serves("version 2")
        let starts = try await starts()
        try await programs.eventually("the digest of what was pulled is pinned") {
            let revisions = try await programs.call(.get, "\(path)/revisions").1
            return revisions["items"]?[0]?["pinned_image"]?.stringValue?.contains("/podman@sha256:") == true
        }
        try await programs.awaitRunning("podded", replicas: 2)
        #expect(try await self.starts() == starts, "a pin is no change")
    }

    /// Nothing of it is left.
    func delete() async throws {
        #expect(try await programs.call(.delete, path).0 == 204)
        try await programs.eventually("no container is left") { try await self.containers().all.isEmpty }
        try await programs.eventually("the control plane has forgotten it") {
            try await programs.call(.get, path).0 == 404
        }
    }

    private func containers() async throws -> Containers {
        try await Containers.of("podded", socketPath: podman.socketPath)
    }

    /// When each container that runs was started.
    private func starts() async throws -> [String: String] {
        var starts: [String: String] = [:]
        for id in try await containers().runningIDs {
            starts[id] = try await Containers.start(of: id, socketPath: podman.socketPath)
        }
        return starts
    }

    private func serves(_ words: String) async throws {
        try await programs.eventually("both answer with \(words)") {
            let pages = await programs.pages(try await programs.call(.get, path).1)
            return pages.count == 2 && pages.allSatisfy { $0.contains(words) }
        }
    }
}
