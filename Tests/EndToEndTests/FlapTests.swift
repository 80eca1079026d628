import EventLoop
import Foundation
import JSON
import Model
import TestKit
import Testing

/// The link between agent and control plane breaks every second, for minutes.
@Suite(.onLoop, .serialized) struct FlapTests {
    @Test(.timeLimit(.minutes(15))) @LoopActor func anAgentOnALinkThatBreaksEverySecondDoesNotGrow()
        async throws
    {
        var made: Relay?
        defer { made?.close() }
        try await ProgramFleet.run(settings: { programs in
            let link = try Relay(to: programs.port)
            made = link
            return ["FLEDX_AGENT_CONTROL_PLANE_URL": "http://127.0.0.1:\(link.port)", "FLEDX_LOG": "error"]
        }) { fleet in
            let link = try #require(made)
            try await Self.flap(link, fleet)
        }
    }

    @LoopActor private static func flap(_ link: Relay, _ fleet: ProgramFleet) async throws {
        let agent = try #require(fleet.programs.agent)
        // What it allocates once, for failures too, is there after the first breaks.
        let settling = TestEnvironment.count(short: 20, long: 120)
        let breaks = TestEnvironment.count(short: 35, long: 480)
        try await link.flap(settling)
        let first = try anonymousKilobytes(agent.processID)
        try await link.flap(breaks)
        let last = try anonymousKilobytes(agent.processID)
        let growth = Double(last - first) / Double(first) * 100
        StandardIO.write(
            "measured: anonymous memory \(first) KiB, after \(breaks) more breaks \(last) KiB "
                + "(\((growth * 100).rounded() / 100) %); \(link.broken) connections broken\n", to: .error)
        #expect(growth <= 1, "\(first) KiB became \(last) KiB in \(breaks) breaks")
        #expect(link.broken >= breaks / 2, "it was to connect again after each break")
        try await fleet.isUntouched("after \(link.broken) breaks")
        try await fleet.isPulling()
    }

    private static func anonymousKilobytes(_ process: Int32) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("Anonymous:") })
        return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    }
}
