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

    @Test(arguments: [Resources(cpuMillis: 500), Resources(memoryBytes: 512 << 20)])
    func committedFractionWinsOverTheTurn(_ taken: Resources) throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0, cpuMillis: 1000, memoryBytes: 1 << 30) }
        let busy = try bench.create(.sample("first", resources: taken)).placements.map(\.nodeID)
        let idle = nodes.filter { !busy.contains($0) }
        #expect(idle.count == 1)
        // Every other of these would be the busy node's turn.
        for name in ["second", "third", "fourth"] {
            #expect(try bench.create(.sample(name)).placements.map(\.nodeID) == idle)
        }
    }

    @Test func candidatesAreTakenInTheOrderOfTheirCommittedFractions() throws {
        var bench = try ClusterBench()
        let nodes = try [1000, 2000, 4000].map { try bench.addNode("has-\($0)", cpuMillis: Int64($0)) }
        for node in nodes {
            let here = PlacementHints(affinity: .init(nodeIDs: [node]))
            let reply = try bench.create(
                .sample("on-\(node)", resources: Resources(cpuMillis: 500), placement: here))
            #expect(reply.placements.map(\.nodeID) == [node])
        }
        let reply = try bench.create(.sample(replicas: 3))
        let order = reply.placements.sorted { $0.replicaNumber < $1.replicaNumber }.map(\.nodeID)
        #expect(order == nodes.reversed())
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
