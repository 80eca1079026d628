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
        // What it allocates once, for failures too, is there after the first breaks. Free memory is given back every
        // twenty seconds, in whole pages: what is kept for good raises both the least and the most of such a time.
        try await link.flap(TestEnvironment.count(short: 5, long: 75))
        let first = try await kilobytes(agent.processID, link)
        let between = TestEnvironment.count(short: 5, long: 475)
        try await link.flap(between)
        let last = try await kilobytes(agent.processID, link)
        let breaks = between + window
        let growth = min(
            percent(from: first.lowerBound, to: last.lowerBound),
            percent(from: first.upperBound, to: last.upperBound))
        StandardIO.write(
            "measured: anonymous memory \(first) KiB, after \(breaks) more breaks \(last) KiB "
                + "(\((growth * 100).rounded() / 100) %); \(link.broken) connections broken\n", to: .error)
        #expect(growth <= 1, "\(first) KiB became \(last) KiB in \(breaks) breaks")
        #expect(link.broken >= breaks / 2, "it was to connect again after each break")
        try await fleet.isUntouched("after \(link.broken) breaks")
        try await fleet.isPulling()
    }

    /// Breaks over which the agent gives back what is free at least once.
    private static let window = 25

    /// The least and the most anonymous memory that it has after each of some breaks.
    @LoopActor private static func kilobytes(_ process: Int32, _ link: Relay) async throws -> ClosedRange<Int>
    {
        var found: [Int] = []
        for _ in 0..<window {
            try await link.flap(1)
            found.append(try anonymousKilobytes(process))
        }
        return (found.min() ?? 0)...(found.max() ?? 0)
    }

    private static func percent(from first: Int, to last: Int) -> Double {
        Double(last - first) / Double(first) * 100
    }

    private static func anonymousKilobytes(_ process: Int32) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("Anonymous:") })
        return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    }
}
