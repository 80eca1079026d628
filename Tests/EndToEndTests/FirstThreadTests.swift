import EventLoop
import JSON
import Model
import TestKit
import Testing

/// Declare, place, run, reach, change, delete: the programs as a user starts them, on a real engine.
@Suite(.onLoop, .serialized) struct FirstThreadTests {
    @Test @LoopActor func aDeclaredContainerRunsAndIsReachedUntilItIsDeleted() async throws {
        guard let docker = try await PrivateDocker.shared() else { return }
        let image = try await docker.image()
        let programs = try Programs(dockerHost: docker.host)
        defer { programs.end() }
        try await programs.startControlPlane()
        try programs.startAgent()

        let created = try await programs.fledx([
            "deployments", "create", "--name", "first", "--image", image, "--replicas", "2", "--port", "80",
            "--env",
            "KEY=value",
        ])
        #expect(created.code == 0, "\(created.errors)")
        let settled = try await programs.fledx(
            [
                "deployments", "status", "first", "--watch", "--until-settled", "--max-runtime", "40",
            ], seconds: 60)
        #expect(settled.code == 0, "\(settled.output)\(settled.errors)")

        let (_, detail) = try await programs.call(.get, "/api/v1/deployments/first")
        let ports = (detail["instances"]?.arrayValue ?? []).compactMap {
            $0["ports"]?[0]?["host_port"]?.intValue
        }
        #expect(Set(ports).count == 2)
        for port in ports {
            try await programs.eventually("port \(port) answers") { await programs.page(port: port) != nil }
        }

        let updated = try await programs.fledx(["deployments", "update", "first", "--replicas", "1"])
        #expect(updated.code == 0, "\(updated.errors)")
        try await programs.eventually("one container is left") {
            try await Containers.of("first", on: docker).all.count == 1
        }
        let listed = try await programs.fledx(["deployments", "list"])
        #expect(listed.output.contains("1/1"))

        #expect(try await programs.fledx(["deployments", "delete", "first"]).code == 0)
        try await programs.eventually("no container is left") {
            try await Containers.of("first", on: docker).all.isEmpty
        }
        let gone = try await programs.fledx(["deployments", "status", "first"])
        #expect(gone.code == 1)
        #expect(gone.errors.contains("404"))
    }

    @Test @LoopActor func theControlPlaneCanCarryAnAgentInside() async throws {
        guard let docker = try await PrivateDocker.shared() else { return }
        let image = try await docker.image()
        let programs = try Programs(dockerHost: docker.host)
        defer { programs.end() }
        try await programs.startControlPlane(standalone: true)
        let body = #"{"name":"inside","image":"\#(image)","ports":[{"container_port":80}]}"#
        try await programs.eventually("the node is ready") {
            try await programs.call(.get, "/api/v1/nodes?status=ready").1["total"]?.intValue == 1
        }
        #expect(try await programs.call(.post, "/api/v1/deployments", body).0 == 201)
        try await programs.eventually("it runs") {
            try await programs.call(.get, "/api/v1/deployments/inside").1["status"]?.stringValue == "running"
        }
        #expect(try await programs.call(.delete, "/api/v1/deployments/inside").0 == 204)
        try await programs.eventually("no container is left") {
            try await Containers.of("inside", on: docker).all.isEmpty
        }
        programs.controlPlane?.signal(15)
        let end = try await BlockingPool.run { [child = programs.controlPlane] in try child?.wait(seconds: 20)
        }
        #expect(end?.code == 0, "\(end?.errors.suffix(500) ?? "")")
    }

    @Test @LoopActor func whyAReplicaDoesNotRunIsToldAndItHealsByItself() async throws {
        guard let docker = try await PrivateDocker.shared() else { return }
        let image = try await docker.image()
        let programs = try Programs(dockerHost: docker.host)
        defer { programs.end() }
        try await programs.startControlPlane()
        let body = #"{"name":"late","image":"\#(image)"}"#
        let (status, created) = try await programs.call(.post, "/api/v1/deployments", body)
        #expect(status == 201)
        #expect(created["unplaced_replicas"]?.intValue == 1)
        let waiting = try await programs.fledx(["deployments", "status", "late"])
        #expect(waiting.output.contains("pending"), "\(waiting.output)")
        try programs.startAgent()
        try await programs.eventually("it runs once there is a node") {
            try await programs.call(.get, "/api/v1/deployments/late").1["status"]?.stringValue == "running"
        }
        let missing = #"{"name":"missing","image":"127.0.0.1:1/none:1"}"#
        #expect(try await programs.call(.post, "/api/v1/deployments", missing).0 == 201)
        try await programs.eventually("the reason is told") {
            let detail = try await programs.call(.get, "/api/v1/deployments/missing").1
            let reason = detail["instances"]?[0]?["reason"]?.stringValue ?? ""
            return reason.contains("127.0.0.1:1/none:1") && reason.contains("next try")
        }
        #expect(try await programs.call(.delete, "/api/v1/deployments/missing").0 == 204)
        #expect(try await programs.call(.delete, "/api/v1/deployments/late").0 == 204)
        try await programs.eventually("no container is left") {
            try await Containers.of("late", on: docker).all.isEmpty
        }
    }
}
