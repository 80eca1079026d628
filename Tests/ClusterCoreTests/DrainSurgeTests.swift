import Model
import Testing

@testable import ClusterCore

/// Drains of deployments whose replacements come first.
@Suite struct DrainSurgeTests {
    /// Replicas on the first of three nodes, which is then drained.
    private func draining(
        _ replicas: Int,
        strategy: RolloutStrategy = .init(maxUnavailable: 1, maxSurge: 1, healthyAfterSecs: 0)
    ) throws -> (ClusterBench, [NodeID], DeploymentID) {
        var bench = try ClusterBench()
        let nodes = try ["a", "b", "c"].map { try bench.addNode($0) }
        for node in nodes.dropFirst() { try bench.set(node, .cordoned) }
        let id = try bench.create(.sample(replicas: replicas, strategy: strategy)).id
        try bench.settle(nodes)
        try bench.live(nodes, milliseconds: Int64(strategy.healthyAfterSecs + 1) * 1000)
        for node in nodes.dropFirst() { try bench.set(node, .open) }
        try bench.set(nodes[0], .draining)
        return (bench, nodes, id)
    }

    @Test(arguments: [0, 1]) func nothingIsDownWhileReplacementsComeFirst(_ maxUnavailable: Int) throws {
        var (bench, nodes, id) = try draining(
            3, strategy: .init(maxUnavailable: maxUnavailable, maxSurge: 1, healthyAfterSecs: 0))
        for _ in 0..<12 {
            try bench.tick()
            #expect((bench.cluster.tables.placements[id]?.arriving.count ?? 0) <= 1)
            for node in nodes { try bench.obey(node) }
            #expect(bench.cluster.deployment(id)?.replicasReady == 3)
        }
        try bench.settle(nodes)
        #expect(!bench.places(id).values.contains(nodes[0]))
        #expect(bench.cluster.drain(of: nodes[0])?.isDone == true)
        #expect(bench.cluster.deployment(id)?.rollout.phase == .complete)
        #expect(bench.violations.isEmpty)
    }

    @Test func theReplacementMustServeForAsLongAsTheStrategyAsks() throws {
        var (bench, nodes, id) = try draining(1, strategy: .init(maxSurge: 1, healthyAfterSecs: 20))
        try bench.tick()
        for node in nodes { try bench.obey(node) }
        try bench.tick()
        #expect(bench.places(id) == [0: nodes[0]])
        let reason = bench.cluster.drain(of: nodes[0])?.remaining.first?.reason
        #expect(reason?.hasPrefix("leaves when its replacement on node") == true)
        #expect(bench.cluster.workDue != nil)
        try bench.settle(nodes, rounds: 25)
        #expect(bench.places(id)[0] != nodes[0])
    }

    @Test func theReasonOfTheMoveIsTheDrain() throws {
        var (bench, nodes, id) = try draining(1)
        try bench.tick()
        for node in nodes { try bench.obey(node) }
        try bench.tick()
        #expect(bench.events.contains(.replicaRetired(id, replica: 0, node: nodes[0], reason: .drained)))
    }

    @Test func endingTheDrainEndsTheReplacement() throws {
        var (bench, nodes, id) = try draining(2)
        try bench.tick()
        #expect(bench.cluster.tables.surging == [id])
        try bench.set(nodes[0], .open)
        try bench.tick()
        #expect(bench.cluster.tables.surging.isEmpty)
        #expect(Set(bench.places(id).values) == [nodes[0]])
        try bench.settle(nodes)
        #expect(bench.cluster.deployment(id)?.retiring.isEmpty == true)
    }

    @Test func aReplacementOnALostNodeIsReplaced() throws {
        var (bench, nodes, id) = try draining(1)
        try bench.tick()
        let arrival = try #require(bench.cluster.tables.placements[id]?.arriving[0])
        let lost = try #require(bench.cluster.tables.assignments[arrival]?.nodeID)
        let others = nodes.filter { $0 != lost }
        try bench.live(others, milliseconds: 300_000)
        try bench.settle(others)
        #expect(bench.places(id) == [0: others[1]])
    }

    @Test func aDrainingNodeThatIsLostLeavesItsReplicaToTheReplacement() throws {
        var (bench, nodes, id) = try draining(1, strategy: .init(maxSurge: 1, healthyAfterSecs: 600))
        try bench.tick()
        let arrival = try #require(bench.cluster.tables.placements[id]?.arriving[0])
        try bench.live(Array(nodes.dropFirst()), milliseconds: 300_000)
        #expect(bench.cluster.tables.placements[id]?.current[0] == arrival)
        #expect(bench.cluster.tables.surging.isEmpty)
    }

    @Test func anUpdateDuringTheDrainTakesTheReplacementsOver() throws {
        var (bench, nodes, id) = try draining(2)
        try bench.tick()
        try bench.patch(id) { $0.container.image = "web:2" }
        try bench.settle(nodes, rounds: 20)
        #expect(bench.generations(id) == [2, 2])
        #expect(!bench.places(id).values.contains(nodes[0]))
        #expect(bench.cluster.drain(of: nodes[0])?.isDone == true)
        #expect(bench.cluster.deployment(id)?.rollout.phase == .complete)
    }

    /// An update that was given up with `max_unavailable` 0: nothing may be down, and yet the node gets empty.
    @Test func aFailedUpdateDoesNotKeepTheNodeFromGettingEmpty() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b", "c"].map { try bench.addNode($0) }
        let strategy = RolloutStrategy(
            maxUnavailable: 0, maxSurge: 1, healthyAfterSecs: 0, autoRollback: false)
        let id = try bench.create(.sample(replicas: 3, strategy: strategy)).id
        try bench.settle(nodes)
        bench.brokenImages = ["web:2"]
        try bench.patch(id) { $0.container.image = "web:2" }
        try bench.settle(nodes)
        #expect(bench.cluster.deployment(id)?.rollout.phase == .failed)
        try bench.set(nodes[0], .draining)
        for _ in 0..<12 {
            try bench.tick()
            for node in nodes { try bench.obey(node) }
            #expect(bench.cluster.deployment(id)?.replicasReady == 3)
        }
        try bench.settle(nodes)
        #expect(bench.cluster.drain(of: nodes[0])?.isDone == true)
        #expect(bench.generations(id) == [1, 1, 1])
        #expect(bench.cluster.tables.surging.isEmpty)
        #expect(bench.cluster.deployment(id)?.rollout.phase == .failed)
        #expect(bench.violations.isEmpty)
    }

    @Test func itOutlivesARestart() throws {
        var (bench, nodes, id) = try draining(2)
        try bench.tick()
        let tables = bench.cluster.tables
        try bench.restart()
        #expect(bench.cluster.tables == tables)
        try bench.settle(nodes, rounds: 20)
        #expect(!bench.places(id).values.contains(nodes[0]))
    }
}
