import Model
import Testing

@testable import ClusterCore

@Suite struct ReachabilityTests {
    @Test func nodeGoesThroughItsStates() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a", isReady: false)
        #expect(bench.cluster.status(of: node) == .registering)
        try bench.report(node)
        #expect(bench.cluster.status(of: node) == .ready)
        try bench.report(node, status: .error)
        #expect(bench.cluster.status(of: node) == .error)
        bench.pass(milliseconds: 90_001)
        try bench.tick()
        #expect(bench.cluster.status(of: node) == .unreachable)
        #expect(bench.events.contains(.nodeStatusChanged(node, from: .error, to: .unreachable)))
        try bench.apply(.recordContact(.init(nodeID: node)))
        #expect(bench.cluster.status(of: node) == .error)
    }

    @Test func signOfLifeKeepsANodeReady() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        for _ in 0..<10 {
            bench.pass(milliseconds: 60_000)
            try bench.apply(.recordContact(.init(nodeID: node)))
            try bench.tick()
        }
        #expect(bench.cluster.status(of: node) == .ready)
    }

    @Test func aReportCountsUntilItsNodeIsGivenUp() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a", isReady: false)
        #expect(bench.cluster.countingReport(of: node) == nil)
        var report = bench.nextReport(node)
        let boot = try #require(report.bootID)
        report.isFull = false
        try bench.apply(.recordReport(.init(nodeID: node, report: report)))
        #expect(bench.cluster.countingReport(of: node) == nil, "it has not said everything")
        for _ in 0..<2 {
            try bench.report(node)
            let counting = try #require(bench.cluster.countingReport(of: node))
            #expect(counting == (boot, try #require(bench.sequences[node])))
        }
        bench.pass(milliseconds: 90_001)
        try bench.tick()
        #expect(bench.cluster.countingReport(of: node) == nil, "it is given up")
        try bench.report(node)
        #expect(bench.cluster.countingReport(of: node) != nil)
        try bench.restart()
        #expect(bench.cluster.countingReport(of: node) == nil, "nothing was said to this process")
    }

    @Test func theReportOfANodeThatIsAwaitedDoesNotCount() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        var spec = DeploymentSpec.sample()
        spec.disconnect = DisconnectPolicy(onReconnect: .keep)
        let id = try bench.create(spec).id
        try bench.settle(nodes)
        let lost = try #require(bench.places(id)[0])
        let other = try #require(nodes.first { $0 != lost })
        #expect(bench.cluster.countingReport(of: lost) != nil)
        try bench.live([other], milliseconds: 180_000)
        try #require(bench.places(id)[0] == other)
        try bench.apply(.recordContact(.init(nodeID: lost)))
        #expect(bench.cluster.countingReport(of: lost) == nil, "what it has is to be settled first")
    }

    @Test func staleLimitIsNeverBelowThreeIntervals() {
        let settings = ClusterSettings(
            heartbeatIntervalMilliseconds: 60_000, heartbeatStaleMilliseconds: 90_000)
        #expect(settings.staleMilliseconds == 180_000)
    }

    @Test func replicaOfALostNodeMovesAndTheReturnedNodeGivesItsOldOneUp() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let reply = try bench.create(
            .sample(replicas: 2, ports: [PortMapping(containerPort: 80, hostPort: 80)]))
        try bench.settle(nodes)
        let third = try bench.addNode("c")
        try bench.live([nodes[0], third], milliseconds: 180_000)
        #expect(bench.places(reply.id) == [0: nodes[0], 1: third])
        #expect(bench.cluster.deployment(reply.id)?.retiring.map(\.nodeID) == [nodes[1]])
        #expect(bench.cluster.document(for: nodes[1])?.replicas.isEmpty == true)
        #expect(bench.cluster.document(for: nodes[1])?.emptiedBy?.requestID == "control-plane:tick")
        try bench.report(nodes[1])
        #expect(bench.cluster.deployment(reply.id)?.retiring.count == 1)
        try bench.obey(nodes[1])
        #expect(bench.cluster.deployment(reply.id)?.retiring.isEmpty == true)
        #expect(bench.cluster.deployment(reply.id)?.status == .running)
    }

    @Test func lostReplicaStaysWhereItIsWithoutAReplacement() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        let b = try bench.addNode("b", arch: "arm64")
        let reply = try bench.create(.sample(constraints: Constraints(arch: "amd64")))
        try bench.settle([a, b])
        try bench.live([b], milliseconds: 300_000)
        #expect(bench.places(reply.id) == [0: a])
        let view = try #require(bench.cluster.deployment(reply.id))
        #expect(view.conditions.map(\.type) == ["node_unreachable"])
        #expect(view.instances.first?.state == .unknown)
        let revision = bench.cluster.headRevision(of: a)
        try bench.obey(a)
        #expect(bench.cluster.headRevision(of: a) == revision)
        #expect(bench.cluster.deployment(reply.id)?.status == .running)
    }

    @Test func reschedulingCanBeSwitchedOff() throws {
        var bench = try ClusterBench(settings: ClusterSettings(rescheduleOnUnreachable: false))
        let a = try bench.addNode("a")
        let reply = try bench.create(.sample())
        let b = try bench.addNode("b")
        try bench.settle([a, b])
        try bench.live([b], milliseconds: 300_000)
        #expect(bench.cluster.status(of: a) == .unreachable)
        #expect(bench.places(reply.id) == [0: a])
    }

    @Test func nodesAreUnknownAfterAStartAndLoseNothing() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b", "c", "d"].map { try bench.addNode($0) }
        let reply = try bench.create(.sample(replicas: 4))
        try bench.settle(nodes)
        let before = bench.places(reply.id)
        try bench.restart()
        #expect(nodes.allSatisfy { bench.cluster.status(of: $0) == .unknown })
        try bench.live([nodes[0]], milliseconds: 600_000)
        #expect(bench.cluster.status(of: nodes[1]) == .unknown)
        #expect(bench.places(reply.id) == before)
        #expect(bench.cluster.deployment(reply.id)?.conditions.map(\.type) == ["node_unknown"])
    }

    /// Nodes in all, nodes lost, and whether their replicas are moved.
    @Test(arguments: [
        (2, 1, true), (3, 1, true), (3, 3, false), (10, 4, false), (10, 2, true), (12, 3, true),
    ])
    func massLossMovesNothing(_ all: Int, _ lost: Int, _ moves: Bool) throws {
        var bench = try ClusterBench()
        let nodes = try (0..<all).map { try bench.addNode("n\($0)") }
        let reply = try bench.create(.sample(replicas: all))
        try bench.settle(nodes)
        try bench.live(Array(nodes.dropFirst(lost)), milliseconds: 400_000)
        let stillThere = bench.places(reply.id).values.filter { nodes.prefix(lost).contains($0) }
        #expect(stillThere.isEmpty == moves)
        if !moves { #expect(stillThere.count == lost) }
    }

    @Test func brakeHoldsUntilFewerAreMissingForAWindow() throws {
        var bench = try ClusterBench()
        let nodes = try (0..<5).map { try bench.addNode("n\($0)") }
        let reply = try bench.create(.sample(replicas: 5))
        try bench.settle(nodes)
        try bench.live(Array(nodes.dropFirst(3)), milliseconds: 400_000)
        #expect(bench.cluster.isMassLossBrakeEngaged)
        let before = bench.places(reply.id)
        try bench.live(Array(nodes.dropFirst(1)), milliseconds: 45_000)
        #expect(bench.places(reply.id) == before)
        try bench.live(Array(nodes.dropFirst(1)), milliseconds: 120_000)
        #expect(!bench.cluster.isMassLossBrakeEngaged)
        #expect(!bench.places(reply.id).values.contains(nodes[0]))
    }

    @Test func operatorReleasesTheBrake() throws {
        var bench = try ClusterBench()
        let nodes = try (0..<5).map { try bench.addNode("n\($0)") }
        let reply = try bench.create(.sample(replicas: 5))
        try bench.settle(nodes)
        try bench.live(Array(nodes.dropFirst(3)), milliseconds: 400_000)
        try bench.apply(.releaseMassLossBrake)
        #expect(bench.events == [.massLossBrakeReleased])
        try bench.tick()
        #expect(Set(bench.places(reply.id).values) == Set(nodes.dropFirst(3)))
        try bench.live(Array(nodes.dropFirst(3)), milliseconds: 60_000)
        #expect(!bench.cluster.isMassLossBrakeEngaged)
    }

    @Test func lateReportOfAnEndedLifeAfterAStartDoesNotLockThePresentOneOut() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let ended = bench.nextReport(node)
        bench.boots[node] = bench.ids.nextIdentifier()
        bench.sequences[node] = 0
        try bench.obey(node)
        try bench.restart()
        try bench.obey(node)
        _ = try bench.apply(.recordReport(.init(nodeID: node, report: ended)))
        var wereStale: [Bool] = []
        for _ in 0..<3 {
            let present = bench.nextReport(node)
            guard
                case .report(let answer) = try bench.apply(
                    .recordReport(.init(nodeID: node, report: present)))
            else { throw BenchFailure.unexpectedReply }
            wereStale.append(answer.wasStale)
        }
        #expect(wereStale == [true, false, false])
    }

    @Test func repeatedAndLateReportsAreIgnored() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let reply = try bench.create(.sample())
        let early = bench.nextReport(node)
        try bench.obey(node)
        for late in [early, bench.nextReport(node), early] where late.sequence <= early.sequence {
            guard case .report(let answer) = try bench.apply(.recordReport(.init(nodeID: node, report: late)))
            else { throw BenchFailure.unexpectedReply }
            #expect(answer.wasStale && answer.acknowledged == 0)
        }
        #expect(bench.cluster.deployment(reply.id)?.status == .running)
        let oldLife = bench.nextReport(node)
        bench.boots[node] = bench.ids.nextIdentifier()
        bench.sequences[node] = 0
        try bench.obey(node)
        bench.pass(milliseconds: 100_000)
        try bench.apply(.recordReport(.init(nodeID: node, report: oldLife)))
        try bench.tick()
        #expect(bench.cluster.status(of: node) == .unreachable)
    }

    @Test func lastSeenIsWrittenOnChangeAndRarelyOtherwise() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        try bench.tick()
        #expect(bench.stored[.nodeSeen(node)] != nil)
        var writes = 0
        for _ in 0..<(2 * 6 * 120) {
            bench.pass(milliseconds: 30_000)
            try bench.report(node)
            #expect(bench.changes.isEmpty)
            try bench.tick()
            writes += bench.changes.count
            #expect(bench.changes.allSatisfy { $0.durability == .telemetry })
        }
        #expect(writes == 2)
    }

    @Test func agentAheadOfTheDatabaseIsNoticed() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        var report = bench.nextReport(node)
        report.applied?.revision = 99
        try bench.apply(.recordReport(.init(nodeID: node, report: report)))
        #expect(bench.events.contains(.historyLost(node, reported: 99, known: 0)))
        #expect(bench.cluster.node(node)?.conditions.map(\.type) == ["history_lost"])
    }
}
