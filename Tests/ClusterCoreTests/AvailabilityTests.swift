import Model
import Testing

@testable import ClusterCore

@Suite struct AvailabilityTests {
    @Test func cordonedNodeKeepsWhatItHasAndGetsNothingNew() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        let reply = try bench.create(.sample(replicas: 2))
        try bench.settle([a])
        try bench.set(a, .cordoned)
        #expect(bench.events == [.nodeAvailabilityChanged(a, .cordoned)])
        try bench.patch(reply.id) { $0.replicas = 3 }
        #expect(bench.places(reply.id).count == 2)
        #expect(bench.cluster.deployment(reply.id)?.unplaced.first?.refusals.map(\.filter) == [.cordon])
        try bench.set(a, .open)
        try bench.tick()
        #expect(bench.places(reply.id).count == 3)
    }

    @Test func sayingItAgainChangesNothing() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        try bench.set(a, .draining)
        try bench.set(a, .draining)
        #expect(bench.changes.isEmpty && bench.events.isEmpty)
    }

    @Test func drainTakesDownOneReplicaAtATime() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b", "c"].map { try bench.addNode($0) }
        for node in nodes.dropFirst() { try bench.set(node, .cordoned) }
        let reply = try bench.create(.sample(replicas: 4))
        try bench.settle(nodes)
        for node in nodes.dropFirst() { try bench.set(node, .open) }
        #expect(Set(bench.places(reply.id).values) == [nodes[0]])
        try bench.set(nodes[0], .draining)
        var left = 4
        for _ in 0..<20 where left > 0 {
            try bench.tick()
            let ready = bench.cluster.deployment(reply.id)?.replicasReady ?? 0
            #expect(ready >= 3)
            for node in nodes { try bench.obey(node) }
            left = bench.places(reply.id).values.filter { $0 == nodes[0] }.count
        }
        #expect(left == 0)
        try bench.settle(nodes)
        #expect(bench.cluster.drain(of: nodes[0])?.isDone == true)
        #expect(bench.cluster.deployment(reply.id)?.status == .running)
        try bench.apply(.deleteNode(.init(nodeID: nodes[0], requestID: "d")))
    }

    @Test func drainTakesAsManyAsUpdatesMayTakeDown() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        var spec = DeploymentSpec.sample(replicas: 4)
        spec.strategy.maxUnavailable = 3
        let reply = try bench.create(spec)
        try bench.settle([a])
        let b = try bench.addNode("b")
        try bench.set(a, .draining)
        try bench.tick()
        #expect(bench.places(reply.id).values.filter { $0 == b }.count == 3)
        #expect(
            bench.cluster.drain(of: a)?.remaining.map(\.reason) == [
                "waits for replica 0 on node b, 1 on node b, 2 on node b to be healthy: at most 3 may be down"
            ])
    }

    /// As an update does, and as an eviction with a budget does: one that does not come up elsewhere keeps the others.
    @Test func drainStopsWhereAReplicaDoesNotComeUpElsewhere() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        let id = try bench.create(.sample(replicas: 4)).id
        try bench.settle([a])
        let b = try bench.addNode("b")
        try bench.set(a, .draining)
        for _ in 0..<20 {
            try bench.obey(a)
            try bench.obey(b, failing: "the image cannot be pulled")
            try bench.tick()
            bench.pass(milliseconds: 30_000)
        }
        #expect(bench.places(id) == [0: b, 1: a, 2: a, 3: a])
        #expect(bench.cluster.deployment(id)?.replicasReady == 3)
        let wait = "waits for replica 0 on node b to be healthy: at most 1 may be down"
        #expect(bench.cluster.drain(of: a)?.remaining.map(\.reason) == [wait, wait, wait])
        // Mended, it goes on by itself.
        try bench.settle([a, b])
        #expect(bench.cluster.drain(of: a)?.isDone == true)
        #expect(bench.cluster.deployment(id)?.replicasReady == 4)
    }

    /// The update fails at its first replica: the drain goes on once that serves again, and else says who is to act.
    @Test(arguments: [false, true])
    func drainDuringAnUpdateThatFailsTakesDownOneAtATime(rollsBack: Bool) throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        try bench.set(nodes[1], .cordoned)
        let strategy = RolloutStrategy(order: .stopFirst, healthyAfterSecs: 0, autoRollback: rollsBack)
        let id = try bench.create(.sample(replicas: 4, strategy: strategy)).id
        try bench.settle(nodes)
        try bench.set(nodes[1], .open)
        bench.brokenImages = ["web:broken"]
        try bench.patch(id) { $0.container.image = "web:broken" }
        try bench.set(nodes[0], .draining)
        for _ in 0..<40 {
            for node in nodes { try bench.obey(node) }
            try bench.tick()
            #expect(bench.cluster.deployment(id)?.replicasReady ?? 0 >= 3)
            bench.pass(milliseconds: 1_000)
        }
        let drain = try #require(bench.cluster.drain(of: nodes[0]))
        #expect(bench.cluster.deployment(id)?.replicasReady == (rollsBack ? 4 : 3))
        #expect(drain.remaining.count == (rollsBack ? 0 : 3))
        let word = "the update to generation 2 failed: declare anew, roll back or resume"
        #expect(drain.remaining.allSatisfy { $0.reason.hasSuffix(word) }, "\(drain.remaining)")
    }

    @Test func drainDuringAnUpdateSaysWhatItWaitsFor() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let id = try bench.create(
            .sample(
                replicas: 2, placement: PlacementHints(maxPerNode: 1), strategy: .init(autoRollback: false))
        ).id
        try bench.settle(nodes)
        try bench.live(nodes, milliseconds: 30_000)
        try bench.patch(id) { $0.container.image = "web:2" }
        let first = try #require(bench.places(id)[0])
        let name = try #require(bench.cluster.node(first)?.row.name)
        let other = nodes[0] == first ? nodes[1] : nodes[0]
        try bench.set(other, .draining)
        func reason() -> String? { bench.cluster.drain(of: other)?.remaining.first?.reason }
        let wait = "waits for replica 0 on node \(name) to be healthy: at most 1 may be down"
        #expect(reason() == "\(wait); the update to generation 2 is under way")
        try bench.apply(.pauseDeployment(.init(id: id, requestID: "p")))
        #expect(reason() == "\(wait); the update to generation 2 is paused")
    }

    @Test func replicaWithoutAnotherPlaceStaysAndSaysWhy() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        try bench.addNode("b", arch: "arm64")
        let reply = try bench.create(.sample(constraints: Constraints(arch: "amd64")))
        try bench.settle([a])
        try bench.set(a, .draining)
        try bench.settle([a])
        #expect(bench.places(reply.id) == [0: a])
        let drain = try #require(bench.cluster.drain(of: a))
        #expect(!drain.isDone)
        #expect(drain.remaining.first?.reason.hasPrefix("no node takes it; 1 node: cordon") == true)
    }

    @Test func drainIsAnsweredByOnePlanForEachDeployment() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        for name in ["one", "two"] {
            let strategy = RolloutStrategy(maxUnavailable: 30, healthyAfterSecs: 0)
            try bench.create(.sample(name, replicas: 30, strategy: strategy))
        }
        try bench.settle([a], rounds: 2)
        for number in 0..<50 { try bench.addNode("arm\(number)", arch: "arm64") }
        try bench.set(a, .draining)
        for row in bench.cluster.deploymentRows() {
            try bench.patch(row.id) { $0.constraints = Constraints(arch: "amd64") }
        }
        bench.cluster.refreshNodeIndex()
        var scheduler = Scheduler(bench.cluster)
        let drain = try #require(bench.cluster.drain(of: a, planning: &scheduler))
        #expect(drain.remaining.count == 60)
        #expect(drain.remaining.allSatisfy { $0.reason.hasPrefix("no node takes it; ") })
        // Each node once to choose and once to explain, for each of the two.
        #expect(scheduler.looks == 2 * 2 * 51)
    }

    @Test func drainOfAStoppedDeploymentWaitsForNobody() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        var spec = DeploymentSpec.sample(replicas: 3)
        spec.desiredState = .stopped
        let reply = try bench.create(spec)
        try bench.settle([a])
        let b = try bench.addNode("b")
        try bench.set(a, .draining)
        try bench.tick()
        #expect(Set(bench.places(reply.id).values) == [b])
    }

    @Test func nothingLeavesANodeThatIsNotHeardFrom() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let reply = try bench.create(.sample(replicas: 2))
        try bench.settle(nodes)
        let before = bench.places(reply.id)
        try bench.restart()
        try bench.set(nodes[0], .draining)
        try bench.report(nodes[1])
        try bench.tick()
        #expect(bench.places(reply.id) == before)
        #expect(bench.cluster.drain(of: nodes[0])?.remaining.map(\.reason) == ["the node is unknown"])
    }

    @Test func drainOutlivesARestart() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        let reply = try bench.create(.sample(replicas: 2))
        try bench.settle([a])
        let b = try bench.addNode("b")
        try bench.set(a, .draining)
        try bench.restart()
        try bench.settle([a, b])
        #expect(Set(bench.places(reply.id).values) == [b])
    }

    @Test func perNodeDeploymentStandsOnEveryNodeThatTakesPart() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a", labels: ["zone": "x"])
        try bench.addNode("other")
        var spec = DeploymentSpec.sample(constraints: Constraints(labels: ["zone": "x"]))
        spec.mode = .perNode
        let reply = try bench.create(spec)
        #expect(bench.places(reply.id) == [0: a])
        let b = try bench.addNode("b", labels: ["zone": "x"])
        let c = try bench.addNode("c", labels: ["zone": "x"], isReady: false)
        try bench.settle([a, b])
        #expect(bench.places(reply.id) == [0: a, 1: b])
        #expect(bench.cluster.deployment(reply.id)?.replicasDesired == 2)
        #expect(bench.cluster.deployment(reply.id)?.status == .running)
        try bench.settle([a, b, c])
        #expect(bench.places(reply.id) == [0: a, 1: b, 2: c])
        try bench.apply(
            .updateNode(.init(nodeID: b, name: "b", operatorLabels: ["zone": "y"], requestID: "l")))
        try bench.settle([a, b, c])
        #expect(bench.places(reply.id) == [0: a, 2: c])
        try bench.set(a, .draining)
        try bench.settle([a, b, c])
        #expect(bench.places(reply.id) == [2: c])
        try bench.set(a, .open)
        try bench.settle([a, b, c])
        #expect(bench.places(reply.id) == [0: a, 2: c])
    }

    @Test func perNodeReplicasOfAHeldUpUpdateAreNotPlacedAndTakenAwayInTurn() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a", labels: ["zone": "x"])
        let b = try bench.addNode("b")
        var spec = DeploymentSpec.sample(strategy: RolloutStrategy(healthyAfterSecs: 0, autoRollback: false))
        spec.mode = .perNode
        let id = try bench.create(spec).id
        try bench.settle([a, b])
        bench.brokenImages = ["web:2"]
        try bench.patch(id) {
            $0.container.image = "web:2"
            $0.constraints = Constraints(labels: ["zone": "x"])
        }
        try bench.settle([a, b])
        #expect(bench.cluster.deployment(id)?.rollout.phase == .failed)
        let revision = bench.cluster.headRevision(of: b)
        try bench.settle([a, b])
        #expect(bench.cluster.headRevision(of: b) == revision)
        #expect(Set(bench.places(id).values) == [a, b])
        #expect(bench.cluster.deployment(id)?.retiring.isEmpty == true)
    }

    @Test func perNodeGenerationWithoutANodeProvesNothing() throws {
        var bench = try ClusterBench()
        var spec = DeploymentSpec.sample(image: "web:2")
        spec.mode = .perNode
        let id = try bench.create(spec).id
        try bench.tick()
        #expect(bench.cluster.deploymentRow(id)?.rollout.lastGood == nil)
        bench.brokenImages = ["web:2"]
        let a = try bench.addNode("a")
        try bench.settle([a])
        #expect(bench.cluster.deployment(id)?.rollout.phase == .failed)
        try bench.patch(id) { $0.container.image = "web:1" }
        try bench.settle([a])
        let rollout = bench.cluster.deploymentRow(id)?.rollout
        #expect(rollout?.phase == .complete && rollout?.lastGood == 2)
    }

    @Test func perNodeReplicaStaysWithItsLostNode() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        var spec = DeploymentSpec.sample()
        spec.mode = .perNode
        let reply = try bench.create(spec)
        try bench.settle(nodes)
        let before = bench.places(reply.id)
        try bench.live([nodes[0]], milliseconds: 300_000)
        #expect(bench.cluster.status(of: nodes[1]) == .unreachable)
        #expect(bench.places(reply.id) == before)
    }

    @Test func perNodeReplicaWithoutRoomSaysWhy() throws {
        var bench = try ClusterBench()
        try bench.addNode("a", cpuMillis: 100)
        var spec = DeploymentSpec.sample(resources: Resources(cpuMillis: 200))
        spec.mode = .perNode
        let reply = try bench.create(spec)
        #expect(reply.unplaced.map { $0.refusals.map(\.filter) } == [[.freeCapacity]])
    }
}
