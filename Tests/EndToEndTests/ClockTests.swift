import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

/// Somebody sets the clock of a node below the running program (`faketime`); monotonic time goes on.
@Suite(.onLoop, .serialized) struct ClockTests {
    private static let library = [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    ].first { FileManager.default.fileExists(atPath: $0) }

    @Test @LoopActor func aDayBackAndADayForwardMoveNoContainer() async throws {
        guard let docker = try await PrivateDocker.shared() else { return }
        guard let library = Self.library else {
            return TestEnvironment.skip("faketime is not installed")
        }
        let image = try await docker.image()
        let programs = try Programs(dockerHost: docker.host)
        defer { programs.end() }
        let offset = programs.folder.path("offset")
        try Data("+0\n".utf8).write(to: URL(filePath: offset))
        try await programs.startControlPlane()
        try programs.startAgent([
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": offset, "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "FLEDX_LOG": "debug",
        ])
        for (name, replicas) in [("clock-a", 2), ("clock-b", 2), ("clock-c", 1)] {
            let body = KillTests.body(name, image, replicas: replicas)
            #expect(try await programs.call(.post, "/api/v1/deployments", body).0 == 201)
            try await programs.awaitRunning(name, replicas: Int64(replicas))
        }
        let quiet = try await Self.starts(["clock-b", "clock-c"], docker)
        for (jump, seconds) in [("-1d", -86_400.0), ("+1d", 86_400.0), ("+0", 0.0)] {
            try Data("\(jump)\n".utf8).write(to: URL(filePath: offset))
            let day = Date(timeIntervalSinceNow: seconds).formatted(.iso8601.year().month().day())
            let victim = try #require(
                try await Containers.of("clock-a", on: docker).running.map(\.id).sorted().first)
            try await docker.call("POST", "/containers/\(victim)/kill")
            let killed = EventLoop.now
            try await programs.eventually("it runs again after \(jump)") {
                try await Containers.of("clock-a", on: docker).running.count == 2
            }
            let took = EventLoop.now.milliseconds(since: killed)
            try await programs.eventually("the agent's lines are of \(day)") {
                programs.agent?.errorsSoFar.split(separator: "\n").last?.contains(#""timestamp":"\#(day)"#)
                    == true
            }
            #expect(
                took < 20_000, "its back-off is at most a second or two")
            // Placements change although the node's clock is a day off.
            let body = #"{"env":{"JUMP":"\#(jump)"}}"#
            #expect(try await programs.call(.patch, "/api/v1/deployments/clock-a", body).0 == 200)
            try await programs.awaitRunning("clock-a", replicas: 2)
        }
        #expect(try await Self.starts(["clock-b", "clock-c"], docker) == quiet, "a container was touched")
    }

    /// When Docker started each container.
    @LoopActor private static func starts(_ names: [String], _ docker: PrivateDocker) async throws -> [String:
        String]
    {
        var starts: [String: String] = [:]
        for name in names {
            for container in try await Containers.of(name, on: docker).all {
                let detail = try await docker.call("GET", "/containers/\(container.id)/json")
                let mark = try #require(detail.range(of: #""StartedAt":""#))
                starts[container.id] = String(detail[mark.upperBound...].prefix(30))
            }
        }
        return starts
    }
}
