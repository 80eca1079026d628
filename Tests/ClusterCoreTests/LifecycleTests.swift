import Model
import Testing

@testable import ClusterCore

@Suite struct LifecycleTests {
    @Test func healthyReplicasNeverMove() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        let b = try bench.addNode("b")
        let reply = try bench.create(.sample(replicas: 4, resources: Resources(cpuMillis: 100)))
        try bench.settle([a, b])
        let before = bench.places(reply.id)
        let c = try bench.addNode("c")
        try bench.patch(reply.id) { $0.name = "renamed" }
        try bench.patch(reply.id) { $0.container.image = "web:2" }
        try bench.patch(reply.id) { $0.placement = PlacementHints(affinity: .init(nodeIDs: [c])) }
        try bench.settle([a, b, c])
        try bench.patch(reply.id) { $0.replicas = 6 }
        try bench.settle([a, b, c])
        let after = bench.places(reply.id)
        #expect(before.allSatisfy { after[$0.key] == $0.value })
        #expect(after[4] == c && after[5] == c)
        #expect(bench.cluster.deployment(reply.id)?.status == .running)
    }

    @Test func scalingDownTakesTheHighestNumbersAndHoldsTheirPortsUntilRemoved() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let reply = try bench.create(.sample(replicas: 3, ports: [PortMapping(containerPort: 80)]))
        try bench.obey(node)
        try bench.patch(reply.id) { $0.replicas = 1 }
        #expect(bench.places(reply.id).keys.sorted() == [0])
        #expect(bench.cluster.deployment(reply.id)?.retiring.map(\.replicaNumber).sorted() == [1, 2])
        let next = try bench.create(
            .sample("next", ports: [PortMapping(containerPort: 80, hostPort: 30_000)]))
        #expect(next.unplaced.count == 1)
        try bench.obey(node)
        try bench.tick()
        #expect(bench.cluster.deployment(reply.id)?.retiring.isEmpty == true)
        #expect(bench.places(next.id) == [0: node])
    }

    @Test func deletedDeploymentRetiresAndIsForgottenWhenRemoved() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let reply = try bench.create(.sample())
        try bench.obey(node)
        try bench.apply(.deleteDeployment(.init(id: reply.id, requestID: "delete-1")))
        #expect(bench.cluster.deployment(reply.id) == nil)
        #expect(bench.cluster.document(for: node)?.replicas.isEmpty == true)
        #expect(bench.stored[.deployment(reply.id)] != nil)
        #expect(try bench.create(.sample()).id != reply.id)
        let assignment = try #require(bench.containers[node]?.first)
        var report = bench.nextReport(node)
        report.isFull = false
        report.containers = [bench.instanceReport(assignment)]
        report.containers[0].state = .removed
        try bench.apply(.recordReport(.init(nodeID: node, report: report)))
        #expect(bench.stored[.deployment(reply.id)] == nil)
        #expect(bench.stored[.assignment(assignment.assignmentID)] == nil)
    }

    @Test func replicaStaysReservedWhileTheNodeHasNotTakenTheNewDocument() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let reply = try bench.create(.sample())
        var early = bench.nextReport(node)
        early.applied?.revision = 0
        try bench.apply(.deleteDeployment(.init(id: reply.id, requestID: "delete")))
        try bench.apply(.recordReport(.init(nodeID: node, report: early)))
        #expect(bench.cluster.node(node)?.retiringCount == 1)
        try bench.obey(node)
        #expect(bench.cluster.node(node)?.retiringCount == 0)
    }

    @Test func statusFollowsCurrentReplicasOnly() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        bench.brokenImages = ["web:broken"]
        let reply = try bench.create(.sample(replicas: 2))
        #expect(bench.cluster.deployment(reply.id)?.status == .deploying)
        try bench.obey(node)
        #expect(bench.cluster.deployment(reply.id)?.status == .running)
        #expect(bench.cluster.deployment(reply.id)?.replicasReady == 2)
        try bench.patch(reply.id) { $0.container.image = "web:broken" }
        try bench.obey(node)
        #expect(bench.cluster.deployment(reply.id)?.status == .failed)
        let view = try #require(bench.cluster.deployment(reply.id))
        #expect(view.instances.first { $0.state == .failed }?.reason == "exited with 1")
        #expect(view.conditions.map(\.type) == ["rollout_waiting"])
        try bench.patch(reply.id) { $0.desiredState = .stopped }
        #expect(bench.cluster.deployment(reply.id)?.status != .stopped)
        try bench.settle([node])
        #expect(bench.cluster.deployment(reply.id)?.status == .stopped)
    }

    @Test func deploymentWithoutReplicasRuns() throws {
        var bench = try ClusterBench()
        let reply = try bench.create(.sample(replicas: 0))
        #expect(bench.cluster.deployment(reply.id)?.status == .running)
    }

    @Test func waitingReplicaIsPlacedWhenANodeComes() throws {
        var bench = try ClusterBench()
        let reply = try bench.create(.sample())
        let node = try bench.addNode("late")
        #expect(bench.effects.contains(.tickWanted))
        try bench.tick()
        #expect(bench.effects.contains(.desiredStateChanged(node)))
        #expect(bench.places(reply.id) == [0: node])
    }

    @Test func freedCapacityIsUsed() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a", cpuMillis: 1000)
        let big = try bench.create(.sample("big", resources: Resources(cpuMillis: 800)))
        try bench.obey(node)
        let small = try bench.create(.sample("small", resources: Resources(cpuMillis: 300)))
        #expect(small.unplaced.count == 1)
        try bench.apply(.deleteDeployment(.init(id: big.id, requestID: "delete")))
        try bench.tick()
        #expect(bench.places(small.id).isEmpty)
        try bench.settle([node], rounds: 2)
        #expect(bench.places(small.id) == [0: node])
    }
}
