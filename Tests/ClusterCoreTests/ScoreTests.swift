import Model
import Testing

@testable import ClusterCore

@Suite struct ScoreTests {
    @Test func affinityWinsOverFewerReplicas() throws {
        var bench = try ClusterBench()
        let liked = try bench.addNode("liked", labels: ["disk": "ssd"])
        try bench.addNode("plain")
        let hints = PlacementHints(affinity: .init(labels: ["disk": "ssd"]))
        let reply = try bench.create(.sample(replicas: 3, placement: hints))
        #expect(reply.placements.allSatisfy { $0.nodeID == liked })
    }

    @Test func spreadWinsOverAffinity() throws {
        var bench = try ClusterBench()
        let liked = try bench.addNode("liked")
        let plain = try bench.addNode("plain")
        let hints = PlacementHints(affinity: .init(nodeIDs: [liked]), spread: true)
        let reply = try bench.create(.sample(replicas: 2, placement: hints))
        #expect(Set(reply.placements.map(\.nodeID)) == [liked, plain])
    }

    @Test func antiAffinityIsAvoidedButNotForbidden() throws {
        var bench = try ClusterBench()
        let avoided = try bench.addNode("avoided")
        let hints = PlacementHints(antiAffinity: .init(nodeIDs: [avoided]))
        #expect(try bench.create(.sample("one", placement: hints)).placements.first?.nodeID == avoided)
        let plain = try bench.addNode("plain")
        #expect(try bench.create(.sample("two", placement: hints)).placements.first?.nodeID == plain)
    }

    @Test func replicasSpreadWithoutBeingAsked() throws {
        var bench = try ClusterBench()
        for name in ["a", "b", "c"] { try bench.addNode(name) }
        let reply = try bench.create(.sample(replicas: 6))
        let counts = Dictionary(grouping: reply.placements, by: \.nodeID).mapValues(\.count)
        #expect(counts.values.sorted() == [2, 2, 2])
    }

    @Test func leastCommittedNodeWins() throws {
        var bench = try ClusterBench()
        let busy = try bench.addNode("busy", cpuMillis: 1000)
        try bench.create(.sample("first", resources: Resources(cpuMillis: 500)))
        let idle = try bench.addNode("idle", cpuMillis: 1000)
        let reply = try bench.create(.sample("second", resources: Resources(cpuMillis: 100)))
        #expect(reply.placements.map(\.nodeID) == [idle])
        #expect(bench.cluster.node(busy)?.committed.cpuMillis == 500)
    }

    @Test func tiesGoRoundAndTheTurnSurvivesARestart() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b", "c"].map { try bench.addNode($0) }
        var chosen: [NodeID] = []
        for index in 0..<3 {
            chosen += try bench.create(.sample("web-\(index)")).placements.map(\.nodeID)
            try bench.restart()
            for node in nodes { try bench.obey(node) }
        }
        #expect(chosen == nodes)
        #expect(try bench.create(.sample("again")).placements.map(\.nodeID) == [nodes[0]])
    }
}
