import ClusterCore
import Model
import Testing

/// A node whose clock is wrong is told apart; nothing else depends on its clock.
@Suite struct ClockSkewTests {
    private static let day: Int64 = 86_400_000

    @Test(
        arguments: [
            (0, nil), (29_999, nil), (-29_999, nil), (30_000, "at least half a minute ahead of"),
            (-61_000, "at least a minute behind"), (2 * day, "at least a day ahead of"),
            (-day, "at least a day behind"),
        ] as [(Int64, String?)])
    func aDifferenceIsToldAsTheNodesCondition(_ milliseconds: Int64, _ words: String?) throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("edge")
        try bench.report(node, clockAhead: milliseconds)
        let said = bench.cluster.node(node)?.conditions.first { $0.type == "clock_skew" }
        #expect((said != nil) == (words != nil))
        if let words { #expect(said?.message.contains(words) == true, "\(said?.message ?? "")") }
        try bench.report(node, clockAhead: 0)
        #expect(bench.cluster.node(node)?.conditions.contains { $0.type == "clock_skew" } == false)
    }

    @Test func whatStaysTheSameIsNotNewsAndKeepsItsTime() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("edge")
        try bench.report(node, clockAhead: Self.day)
        let first = bench.cluster.node(node)?.conditions
        bench.now = Moment(
            monotonic: bench.now.monotonic.adding(milliseconds: 60_000),
            wall: bench.now.wall.adding(milliseconds: 60_000))
        try bench.report(node, clockAhead: Self.day + 5000)
        #expect(bench.cluster.node(node)?.conditions == first)
    }
}
