import Model
import Testing

@testable import ClusterCore

/// Full reports that come in parts.
@Suite struct PartTests {
    /// A node with three replicas that it runs and has not reported to this process.
    private func unheard() throws -> (ClusterBench, NodeID, DeploymentID) {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let id = try bench.create(
            .sample(replicas: 3, strategy: .init(maxUnavailable: 3, healthyAfterSecs: 0))
        ).id
        try bench.settle([node])
        try bench.restart()
        return (bench, node, id)
    }

    private func parts(_ bench: inout ClusterBench, _ node: NodeID, of count: Int = 3) -> [NodeReport] {
        let whole = bench.nextReport(node)
        return (0..<count).map { index in
            var part = whole
            part.sequence += UInt64(index)
            part.part = .init(number: index + 1, count: count)
            part.containers = whole.containers.enumerated().filter { $0.offset % count == index }.map(
                \.element)
            bench.sequences[node] = part.sequence
            return part
        }
    }

    private func send(_ bench: inout ClusterBench, _ node: NodeID, _ report: NodeReport) throws -> Reply
        .Report?
    {
        guard case .report(let reply) = try bench.apply(.recordReport(.init(nodeID: node, report: report)))
        else { return nil }
        return reply
    }

    @Test func theLastPartMakesTheReportFull() throws {
        var (bench, node, id) = try unheard()
        var wanted: [Bool] = []
        for part in parts(&bench, node) {
            wanted.append(try send(&bench, node, part)?.wantsFull ?? false)
        }
        #expect(wanted == [true, true, false])
        #expect(bench.cluster.deployment(id)?.replicasReady == 3)
    }

    @Test func aMissingPartLeavesTheReportIncomplete() throws {
        var (bench, node, id) = try unheard()
        let parts = parts(&bench, node)
        for part in [parts[0], parts[2]] { #expect(try send(&bench, node, part)?.wantsFull == true) }
        #expect(bench.cluster.live[node]?.hasFullReport == false)
        #expect(bench.cluster.deployment(id)?.replicasReady == 2)
    }

    @Test func anotherReportBetweenTwoPartsBeginsAnew() throws {
        var (bench, node, _) = try unheard()
        let first = parts(&bench, node)
        _ = try send(&bench, node, first[0])
        let second = parts(&bench, node)
        _ = try send(&bench, node, second[0])
        // An older part comes late and is not taken.
        #expect(try send(&bench, node, first[1])?.acknowledged == 0)
        _ = try send(&bench, node, second[1])
        #expect(try send(&bench, node, second[2])?.wantsFull == false)
    }

    @Test func whatNoPartNamesIsGoneOnlyWithTheLast() throws {
        var (bench, node, id) = try unheard()
        for part in parts(&bench, node) { _ = try send(&bench, node, part) }
        try bench.patch(id) { $0.replicas = 1 }
        bench.containers[node] = bench.cluster.document(for: node)?.replicas ?? []
        let later = parts(&bench, node, of: 2)
        _ = try send(&bench, node, later[0])
        #expect(bench.cluster.node(node)?.retiringCount == 2)
        _ = try send(&bench, node, later[1])
        #expect(bench.cluster.node(node)?.retiringCount == 0)
    }

    @Test func partsThatMakeNoSenseOnlySayWhatTheyName() throws {
        var (bench, node, _) = try unheard()
        for (number, count) in [(0, 2), (3, 2), (1, ClusterLimits.reportParts + 1)] {
            var report = bench.nextReport(node)
            report.part = .init(number: number, count: count)
            #expect(try send(&bench, node, report)?.wantsFull == true)
        }
    }

    @Test func rolloutOfANodeThatReportsInPartsGoesOn() throws {
        var (bench, node, id) = try unheard()
        for part in parts(&bench, node) { _ = try send(&bench, node, part) }
        try bench.patch(id) { $0.container.image = "web:2" }
        for _ in 0..<6 {
            bench.containers[node] = bench.cluster.document(for: node)?.replicas ?? []
            for part in parts(&bench, node) { _ = try send(&bench, node, part) }
            try bench.tick()
        }
        #expect(bench.generations(id) == [2, 2, 2])
        #expect(bench.cluster.deployment(id)?.rollout.phase == .complete)
    }

    @Test func aStaleReportIsNotAcknowledged() throws {
        var (bench, node, _) = try unheard()
        let old = bench.nextReport(node)
        try bench.report(node)
        let reply = try send(&bench, node, old)
        #expect(reply?.wasStale == true)
        #expect(reply?.acknowledged == 0)
    }
}
