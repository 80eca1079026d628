import Model
import Testing

@testable import ClusterCore

@Suite struct RolloutTests {
    private func generations(_ bench: ClusterBench, _ id: DeploymentID) -> [UInt64] {
        (bench.cluster.deployment(id)?.instances ?? []).map(\.generation)
    }

    @Test func updateTakesOneReplicaDownAtATime() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b", "c"].map { try bench.addNode($0) }
        let reply = try bench.create(.sample(replicas: 3))
        try bench.settle(nodes)
        try bench.patch(reply.id) { $0.container.image = "web:2" }
        #expect(generations(bench, reply.id) == [2, 1, 1])
        try bench.tick()
        #expect(generations(bench, reply.id) == [2, 1, 1])
        for expected: [UInt64] in [[2, 2, 1], [2, 2, 2]] {
            for node in nodes { try bench.obey(node) }
            #expect(bench.effects.contains(.tickWanted) || bench.cluster.hasWork)
            try bench.tick()
            #expect(generations(bench, reply.id) == expected)
            #expect((bench.cluster.deployment(reply.id)?.replicasReady ?? 0) >= 2)
        }
    }

    @Test func brokenGenerationStopsTheWaveAndTheNextOneMendsIt() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b", "c"].map { try bench.addNode($0) }
        bench.brokenImages = ["web:broken"]
        let strategy = RolloutStrategy(healthyAfterSecs: 0, autoRollback: false)
        let reply = try bench.create(.sample(replicas: 3, strategy: strategy))
        try bench.settle(nodes)
        try bench.patch(reply.id) { $0.container.image = "web:broken" }
        try bench.settle(nodes)
        #expect(generations(bench, reply.id) == [2, 1, 1])
        #expect(bench.cluster.deployment(reply.id)?.replicasReady == 2)
        try bench.patch(reply.id) { $0.container.image = "web:3" }
        try bench.settle(nodes)
        #expect(generations(bench, reply.id) == [3, 3, 3])
        #expect(bench.cluster.deployment(reply.id)?.status == .running)
    }

    @Test func oldReplicasKeepTheirSpecUntilTheirTurn() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let reply = try bench.create(.sample(replicas: 2))
        try bench.settle([node])
        try bench.patch(reply.id) { $0.container.image = "web:2" }
        let images = bench.cluster.document(for: node)?.replicas.map(\.container.image)
        #expect(images == ["web:2", "web:1"])
    }

    @Test func replicasThatMustMoveAreNotFreeToUpdate() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b", "c"].map { try bench.addNode($0) }
        let reply = try bench.create(.sample(replicas: 3))
        try bench.settle(nodes)
        try bench.apply(
            .updateNode(
                UpdateNode(nodeID: nodes[0], name: "a", operatorLabels: ["disk": "ssd"], requestID: "r")))
        try bench.patch(reply.id) { $0.constraints = Constraints(labels: ["disk": "ssd"]) }
        let view = try #require(bench.cluster.deployment(reply.id))
        #expect(view.instances.count(where: \.isReady) >= 2)
    }

    @Test func updateThatFitsNowhereSaysWhy() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let reply = try bench.create(.sample(replicas: 2))
        try bench.settle(nodes)
        try bench.patch(reply.id) { $0.constraints = Constraints(os: "plan9") }
        try bench.settle(nodes)
        #expect(generations(bench, reply.id) == [1, 1])
        let conditions = try #require(bench.cluster.deployment(reply.id)).conditions
        #expect(conditions.map(\.type) == ["update_unplaced"])
        #expect(conditions.first?.message.contains("plan9") == true)
        #expect(bench.cluster.deployment(reply.id, explaining: false)?.conditions == [])
    }

    @Test func unknownNodesHoldTheUpdateUp() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let reply = try bench.create(.sample(replicas: 2))
        try bench.settle(nodes)
        try bench.restart()
        try bench.patch(reply.id) { $0.container.image = "web:2" }
        try bench.tick()
        #expect(generations(bench, reply.id) == [1, 1])
        try bench.settle(nodes)
        #expect(generations(bench, reply.id) == [2, 2])
    }

    @Test func replicaOnASuspectNodeCountsAsDown() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b", "c"].map { try bench.addNode($0) }
        let hints = PlacementHints(maxPerNode: 1)
        let id = try bench.create(.sample(replicas: 3, placement: hints)).id
        try bench.settle(nodes)
        let last = try #require(bench.places(id)[2])
        try bench.live(nodes.filter { $0 != last }, milliseconds: 60_000)
        #expect(bench.cluster.status(of: last) == .suspect)
        try bench.patch(id) { $0.container.image = "web:2" }
        #expect(bench.generations(id) == [1, 1, 1])
        try bench.settle(nodes)
        #expect(bench.generations(id) == [2, 2, 2])
    }

    @Test func replicaOnANodeWithAnIncompatibleAgentServesAllTheSame() throws {
        let window = AgentWindow(
            oldest: .init(major: 1, minor: 0, patch: 0), newest: .init(major: 1, minor: 9, patch: 9),
            isEnforced: true)
        var bench = try ClusterBench(settings: ClusterSettings(agentWindow: window))
        let nodes = try ["a", "b", "c"].map { try bench.addNode($0) }
        let hints = PlacementHints(maxPerNode: 1)
        let id = try bench.create(.sample(replicas: 3, placement: hints)).id
        try bench.settle(nodes)
        let last = try #require(bench.places(id)[2])
        bench.versions[last] = "2.0.0"
        try bench.report(last)
        #expect(bench.cluster.status(of: last) == .incompatible)
        try bench.patch(id) { $0.container.image = "web:2" }
        #expect(bench.generations(id) == [2, 1, 1])
    }

    @Test func distrustedMoveTakesNoPlaceAway() throws {
        var bench = try ClusterBench()
        let small = try bench.addNode("small", cpuMillis: 1000)
        let id = try bench.create(.sample(resources: Resources(cpuMillis: 500))).id
        try bench.settle([small])
        let big = try bench.addNode("big")
        bench.cluster.refreshNodeIndex()
        // The scheduler's index is not told.
        bench.cluster.live[big]?.status = .suspect
        try bench.patch(id) { $0.container.resources = Resources(cpuMillis: 2000) }
        #expect(bench.events.contains { if case .planRefused = $0 { true } else { false } })
        #expect(bench.places(id) == [0: small])
        #expect(bench.cluster.deployment(id)?.retiring.isEmpty == true)
    }

    @Test func updateThatFitsNowhereIsTold() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let id = try bench.create(.sample(replicas: 2)).id
        try bench.settle(nodes)
        var spec = try #require(bench.cluster.deploymentRow(id)).spec
        spec.constraints = Constraints(os: "plan9")
        let strict = PatchDeployment(id: id, spec: spec, requiresPlacement: true, requestID: "strict")
        let error = #expect(throws: Rejection.self) { try bench.apply(.patchDeployment(strict)) }
        #expect(error?.code == .unplaceable)
        #expect(error?.message.contains("plan9") == true)
        #expect(bench.cluster.deploymentRow(id)?.generation == 1)
        let reply = try bench.patch(id) { $0 = spec }
        #expect(reply.unplaced.map(\.replicaNumber) == [0])
        #expect(reply.unplaced.first?.explanation.contains("plan9") == true)
        #expect(try bench.patch(id) { $0.replicas = 1 }.unplaced.isEmpty, "nothing of it was declared now")
    }

    @Test func partialFirstReportDoesNotMakeReplicasLookDown() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let reply = try bench.create(.sample(replicas: 3))
        try bench.settle([node])
        try bench.restart()
        var report = bench.nextReport(node)
        report.isFull = false
        report.containers = []
        guard case .report(let answer) = try bench.apply(.recordReport(.init(nodeID: node, report: report)))
        else {
            throw BenchFailure.unexpectedReply
        }
        #expect(answer.wantsFull)
        try bench.patch(reply.id) { $0.container.image = "web:2" }
        try bench.tick()
        #expect(generations(bench, reply.id) == [1, 1, 1])
    }

    @Test func nameReplicasAndStateDoNotMakeAGeneration() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let reply = try bench.create(.sample())
        try bench.settle([node], rounds: 1)
        let before = try #require(bench.cluster.headRevision(of: node))
        #expect(try bench.patch(reply.id) { $0.name = "other" }.generation == 1)
        #expect(try bench.patch(reply.id) { $0.replicas = 2 }.generation == 1)
        #expect(try bench.patch(reply.id) { $0.desiredState = .stopped }.generation == 1)
        #expect(bench.cluster.headRevision(of: node) == before + 3)
        #expect(try bench.patch(reply.id) { $0.container.env = ["A": "1"] }.generation == 2)
        #expect(try bench.patch(reply.id) { $0.labels = ["a": "b"] }.generation == 3)
        #expect(try !bench.patch(reply.id) { _ in }.hasChanged)
    }

    @Test func restartIsAGenerationThatDiffersInTheNonceAlone() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let reply = try bench.create(.sample(replicas: 2))
        try bench.settle([node])
        try bench.apply(.restartDeployment(.init(id: reply.id, requestID: "restart")))
        #expect(bench.cluster.document(for: node)?.replicas.map(\.restartNonce) == [1, 0])
        try bench.settle([node])
        #expect(bench.cluster.document(for: node)?.replicas.map(\.restartNonce) == [1, 1])
        #expect(bench.cluster.document(for: node)?.replicas.map(\.container.image) == ["web:1", "web:1"])
    }

    @Test func replicaThatNoLongerFitsMovesOnlyWhenThereIsRoom() throws {
        var bench = try ClusterBench()
        let small = try bench.addNode("small", cpuMillis: 1000)
        let reply = try bench.create(.sample(resources: Resources(cpuMillis: 500)))
        try bench.settle([small])
        try bench.patch(reply.id) { $0.container.resources = Resources(cpuMillis: 2000) }
        try bench.settle([small])
        #expect(bench.places(reply.id) == [0: small])
        #expect(generations(bench, reply.id) == [1])
        let big = try bench.addNode("big", cpuMillis: 4000)
        try bench.settle([small, big])
        #expect(bench.places(reply.id) == [0: big])
        #expect(bench.cluster.node(small)?.retiringCount == 0)
        #expect(bench.violations.isEmpty)
    }

    @Test func roomLeftByAnUpdateIsUsed() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a", cpuMillis: 1000)
        let big = try bench.create(.sample("big", resources: Resources(cpuMillis: 900)))
        try bench.settle([node])
        let waiting = try bench.create(.sample("waiting", resources: Resources(cpuMillis: 500)))
        try bench.patch(big.id) { $0.container.resources = Resources(cpuMillis: 100) }
        #expect(bench.effects.contains(.tickWanted))
        try bench.tick()
        #expect(bench.places(waiting.id) == [0: node])
    }

    @Test func replicaWithoutAPlaceDoesNotHoldUpTheUpdateThatMakesRoomForIt() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a", cpuMillis: 1000)
        let id = try bench.create(.sample(replicas: 2, resources: Resources(cpuMillis: 700))).id
        try bench.settle([node])
        #expect(bench.places(id) == [0: node])
        try bench.patch(id) { $0.container.resources = Resources(cpuMillis: 500) }
        #expect(bench.generations(id) == [2])
        try bench.settle([node])
        #expect(bench.places(id) == [0: node, 1: node])
    }

    @Test func tenGenerationsAreKept() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let reply = try bench.create(.sample())
        for version in 2...30 {
            try bench.patch(reply.id) { $0.container.image = "web:\(version)" }
            try bench.settle([node], rounds: 2)
        }
        let generations = bench.cluster.revisions(of: reply.id).map(\.generation)
        #expect(generations == Array((21...30).reversed()))
    }

    @Test(arguments: [
        ([(1, true, true), (1, true, true)], [0]),
        ([(2, false, true), (1, true, true)], []),
        ([(1, false, true), (1, true, true)], [0]),
        ([(1, false, true), (1, false, true)], [0, 1]),
        ([(1, false, false), (1, true, true)], []),
        ([(2, true, true), (2, true, true)], []),
    ])
    func machineTakesItsNextStep(_ replicas: [(UInt64, Bool, Bool)], _ expected: [Int]) {
        let machine = RolloutStateMachine(generation: 2, maxUnavailable: 1)
        let observed = replicas.enumerated().map {
            RolloutStateMachine.Replica(
                number: $0.offset, generation: $0.element.0, isAvailable: $0.element.1,
                isReachable: $0.element.2)
        }
        var advanced: [Int] = []
        if case .take(let step) = machine.replicasObserved(observed) { advanced = step.advanced }
        #expect(advanced == expected)
    }

    @Test func aCompleteUpdateIsNotSaidToBePartlyDoneAfterScaling() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let id = try bench.create(.sample(replicas: 2, strategy: .init(healthyAfterSecs: 30))).id
        try bench.settle([node], rounds: 40)
        try bench.patch(id) { $0.replicas = 3 }
        let fresh = try #require(bench.cluster.deployment(id)?.rollout)
        #expect(fresh.phase == .complete)
        #expect(fresh.updated == fresh.total && fresh.total == 3)
        try bench.patch(id) {
            $0.constraints = nil; $0.replicas = 1
        }
        let fewer = try #require(bench.cluster.deployment(id)?.rollout)
        #expect(fewer.updated == 1 && fewer.total == 1)
    }

    @Test func anUpdateOfOneReplicaPerNodeIsCompleteWithAllOfThem() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b", "c"].map { try bench.addNode($0) }
        var spec = DeploymentSpec.sample()
        spec.mode = .perNode
        let id = try bench.create(spec).id
        try bench.settle(nodes)
        let rollout = try #require(bench.cluster.deployment(id)?.rollout)
        #expect(rollout.phase == .complete)
        #expect(rollout.updated == 3 && rollout.total == 3)
        try bench.patch(id) { $0.container.image = "web:2" }
        try bench.settle(nodes, rounds: 20)
        #expect(bench.generations(id) == [2, 2, 2])
        #expect(bench.cluster.deployment(id)?.rollout.phase == .complete)
    }
}
