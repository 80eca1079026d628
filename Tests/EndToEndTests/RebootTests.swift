import EventLoop
import JSON
import Model
import TestKit
import Testing

/// A power cut: engine, shims, agent and control plane gone, run folder emptied, no network afterwards.
@Suite(.onLoop, .serialized) struct RebootTests {
    @Test @LoopActor func everythingComesBackFromTheNodesOwnState() async throws {
        guard PrivateDocker.unavailable == nil else {
            return TestEnvironment.skip(PrivateDocker.unavailable ?? "")
        }
        let docker = try await PrivateDocker.start()
        defer { docker.end() }
        let image = try await docker.image()
        let programs = try Programs(dockerHost: docker.host)
        defer { programs.end() }
        try await programs.startControlPlane()
        try programs.startAgent()
        for name in ["one", "two"] {
            let body = KillTests.body(name, image, replicas: 2)
            #expect(try await programs.call(.post, "/api/v1/deployments", body).0 == 201)
        }
        for name in ["one", "two"] {
            try await programs.eventually("\(name) runs") {
                try await Containers.of(name, on: docker).running.count == 2
            }
        }
        let before = try await Containers.of("one", on: docker).runningIDs
        // The agent writes what it was told before it acts, so it may be cut at any moment from here on.
        try programs.killControlPlane()
        try programs.killAgent()
        try await docker.crash()
        try await docker.restart()
        #expect(try await Containers.of("one", on: docker).running.isEmpty)
        try programs.startAgent()
        for name in ["one", "two"] {
            try await programs.eventually("\(name) runs again without a control plane") {
                let containers = try await Containers.of(name, on: docker)
                return containers.running.count == 2 && containers.all.count == 2
            }
        }
        #expect(try await Containers.of("one", on: docker).runningIDs == before, "containers were made anew")
    }
}
