import Model
import Testing

@testable import ClusterCore

/// What lists and counts say of deployments agrees with all that is to be said of them.
@Suite struct GlanceTests {
    private func agree(_ bench: ClusterBench, _ id: DeploymentID) throws -> DeploymentGlance {
        let view = try #require(bench.cluster.deployment(id))
        let glance = try #require(bench.cluster.glance(id))
        #expect(glance.status == view.status)
        #expect(bench.cluster.deploymentStatus(id) == view.status)
        #expect(glance.replicasReady == view.replicasReady)
        #expect(glance.replicasDesired == view.replicasDesired)
        #expect(glance.places.map(\.nodeID) == view.instances.map(\.nodeID))
        #expect(glance.places.map(\.replicaNumber) == view.instances.map(\.replicaNumber))
        return glance
    }

    @Test func agreesFromTheFirstPlacementToTheLastReport() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let id = try bench.create(.sample(replicas: 2)).id
        var glance = try agree(bench, id)
        #expect(glance.status == .deploying)
        #expect(glance.lastReported == nil)
        try bench.settle(nodes)
        glance = try agree(bench, id)
        #expect(glance.status == .running)
        #expect(glance.replicasReady == 2)
        #expect(glance.lastReported == bench.cluster.node(nodes[1])?.lastSeen)
        #expect(bench.cluster.stands(id, on: nodes[0]))
    }

    @Test func agreesOnFailedStoppedLostAndWaitingReplicas() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        bench.brokenImages = ["bad:1"]
        let bad = try bench.create(.sample("bad", image: "bad:1")).id
        let good = try bench.create(.sample("good", replicas: 2)).id
        let waiting = try bench.create(
            .sample("waiting", replicas: 3, placement: PlacementHints(maxPerNode: 1))
        ).id
        try bench.settle(nodes)
        #expect(try agree(bench, bad).status == .failed)
        #expect(try agree(bench, good).status == .running)
        #expect(try agree(bench, waiting).status == .pending)
        try bench.live([nodes[0]], milliseconds: 300_000)
        for id in [bad, good, waiting] { _ = try agree(bench, id) }
        try bench.patch(good) { $0.desiredState = .stopped }
        try bench.settle(nodes)
        #expect(try agree(bench, good).status == .stopped)
    }

    @Test func knowsNothingAfterAStart() throws {
        var bench = try ClusterBench()
        let nodes = try ["a"].map { try bench.addNode($0) }
        let id = try bench.create(.sample()).id
        try bench.settle(nodes)
        try bench.restart()
        let glance = try agree(bench, id)
        #expect(glance.status == .deploying)
        #expect(glance.lastReported == nil)
    }
}
