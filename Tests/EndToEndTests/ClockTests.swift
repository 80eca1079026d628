import EventLoop
import Foundation
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
        guard let library = Self.library else {
            return TestEnvironment.skip("faketime is not installed")
        }
        let folder = try TemporaryFolder()
        let offset = folder.path("offset")
        try Data("+0\n".utf8).write(to: URL(filePath: offset))
        let settings = [
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": offset, "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "FLEDX_LOG": "debug",
        ]
        try await ProgramFleet.run(settings: { _ in settings }) { fleet in
            for (jump, seconds) in [("-1d", -86_400.0), ("+1d", 86_400.0), ("+0", 0.0)] {
                try Data("\(jump)\n".utf8).write(to: URL(filePath: offset))
                try await Self.crashAndChange(fleet, jump, seconds)
                try await fleet.isUntouched("after \(jump)")
                try await fleet.isPulling()
            }
        }
    }

    /// What dies comes back in its time, and placements change, although the node's clock is a day off.
    @LoopActor private static func crashAndChange(
        _ fleet: ProgramFleet, _ jump: String, _ seconds: Double
    ) async throws {
        let programs = fleet.programs
        let day = Date(timeIntervalSinceNow: seconds).formatted(.iso8601.year().month().day())
        let victim = try #require(
            try await Containers.of(fleet.changed, on: fleet.docker).running.map(\.id).sorted().first)
        try await fleet.docker.call("POST", "/containers/\(victim)/kill")
        let killed = EventLoop.now
        try await programs.eventually("it runs again after \(jump)") {
            try await Containers.of(fleet.changed, on: fleet.docker).running.count == 2
        }
        let took = EventLoop.now.milliseconds(since: killed)
        try await programs.eventually("the agent's lines are of \(day)") {
            programs.agent?.errorsSoFar.split(separator: "\n").last?.contains(#""timestamp":"\#(day)"#)
                == true
        }
        #expect(took < 20_000, "its back-off is at most a second or two")
        try await fleet.change(to: jump)
        try await programs.awaitRunning(fleet.changed, replicas: 2)
    }
}
