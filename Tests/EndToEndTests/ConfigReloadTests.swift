import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

/// A changed file of a config, from the operator's request to the program that reads it.
@Suite(.onLoop, .serialized) struct ConfigReloadTests {
    /// Shows what it has read, when it began and when it was told.
    private static let script =
        "trap 'echo told $(cat /etc/app/one) >>/www/index.html' HUP; trap 'exit 0' TERM; "
        + "echo began $(cat /etc/app/one) >>/www/index.html; "
        + "httpd -f -p 80 -h /www & while :; do sleep 1 & wait $!; done"

    private static func files(_ one: String, named name: String = "") -> String {
        #"{\#(name)"files":[{"path":"/etc/app/one","mode":"0444","content":"\#(one)","reload":"signal"}]}"#
    }

    /// Waits until the container shows exactly that, under a generation that is complete.
    @LoopActor private static func shows(_ text: String, _ programs: Programs) async throws {
        var page: String?
        try await programs.eventually("the program shows \(text)") {
            let detail = try await programs.call(.get, "/api/v1/deployments/web").1
            page = await programs.pages(detail).first
            return page == text && detail["status"]?.stringValue == "running"
                && detail["instances"]?[0]?["generation"] == detail["generation"]
        }
    }

    @Test @LoopActor func aChangeReachesTheRunningProgramThroughKillsOfBothAndIsTakenBack() async throws {
        guard let docker = try await PrivateDocker.shared() else { return }
        let image = try await docker.image()
        let programs = try Programs(dockerHost: docker.host)
        // In memory, as files of configs need it.
        let run = "/dev/shm/fledx-reload-\(SystemInfo.processID)"
        defer {
            programs.end()
            try? FileManager.default.removeItem(atPath: run)
        }
        let inMemory = ["FLEDX_AGENT_RUN_DIR": run]
        try await programs.startControlPlane()
        let config = Self.files("a", named: #""name":"app","#)
        #expect(try await programs.call(.post, "/api/v1/configs", config).0 == 201)
        let body =
            #"{"name":"web","image":"\#(image)","command":["sh","-c","\#(Self.script)"],"entrypoint":[],"#
            + #""ports":[{"container_port":80}],"stop_grace_secs":1}"#
        #expect(try await programs.call(.post, "/api/v1/deployments", body).0 == 201)
        #expect(try await programs.call(.post, "/api/v1/configs/app/deployments/web").0 == 201)
        // Its first container is one that has the file.
        try programs.startAgent(inMemory)
        try await Self.shows("began a\n", programs)
        let before = try await Containers.of("web", on: docker)
        #expect(before.all.count == 1)

        #expect(try await programs.call(.put, "/api/v1/configs/app", Self.files("b")).0 == 200)
        try await Self.shows("began a\ntold b\n", programs)
        try programs.killAgent()
        try programs.killControlPlane()
        try await programs.startControlPlane()
        try programs.startAgent(inMemory)
        #expect(try await programs.call(.put, "/api/v1/configs/app", Self.files("c")).0 == 200)
        try await Self.shows("began a\ntold b\ntold c\n", programs)
        #expect(try await programs.call(.post, "/api/v1/deployments/web/rollback").0 == 200)
        try await Self.shows("began a\ntold b\ntold c\ntold b\n", programs)
        let after = try await Containers.of("web", on: docker)
        #expect(after.all == before.all, "the container was made anew")
        let detail = try await programs.call(.get, "/api/v1/deployments/web").1
        #expect(detail["instances"]?[0]?["restart_count"]?.intValue ?? 0 == 0)

        #expect(try await programs.call(.delete, "/api/v1/deployments/web").0 == 204)
        try await programs.eventually("no container is left") {
            try await Containers.of("web", on: docker).all.isEmpty
        }
    }
}
