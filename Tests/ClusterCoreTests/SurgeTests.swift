import Model
import Testing

@testable import ClusterCore

@Suite struct SurgeTests {
    static let strategy = RolloutStrategy(maxSurge: 1, healthyAfterSecs: 0)

    private func ready(_ bench: ClusterBench, _ id: DeploymentID) -> Int {
        bench.cluster.deployment(id)?.replicasReady ?? 0
    }

    @Test func nothingIsDownWhileAdditionalReplicasComeFirst() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let id = try bench.create(.sample(replicas: 3, strategy: Self.strategy)).id
        try bench.settle(nodes)
        try bench.patch(id) { $0.container.image = "web:2" }
        for _ in 0..<12 {
            #expect(ready(bench, id) == 3)
            #expect((bench.cluster.tables.placements[id]?.arriving.count ?? 0) <= 1)
            for node in nodes { try bench.obey(node) }
            try bench.tick()
        }
        #expect(bench.generations(id) == [2, 2, 2])
        #expect(bench.cluster.deployment(id)?.retiring.isEmpty == true)
        #expect(bench.cluster.deployment(id)?.rollout.phase == .complete)
    }

    @Test func fixedHostPortSendsTheAdditionalReplicaToAnotherNode() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let ports = [PortMapping(containerPort: 80, hostPort: 8080)]
        let id = try bench.create(.sample(ports: ports, strategy: Self.strategy)).id
        try bench.settle(nodes)
        let before = try #require(bench.places(id)[0])
        try bench.patch(id) { $0.container.image = "web:2" }
        let arrival = try #require(bench.cluster.tables.placements[id]?.arriving[0])
        let place = bench.cluster.tables.assignments[arrival]?.nodeID
        #expect(place != nil && place != before)
        try bench.settle(nodes)
        #expect(bench.places(id)[0] == place)
        #expect(bench.violations.isEmpty)
    }

    @Test func whereNoneFitsTheStepStopsFirstAndSaysSo() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let ports = [PortMapping(containerPort: 80, hostPort: 8080)]
        let id = try bench.create(.sample(ports: ports, strategy: Self.strategy)).id
        try bench.settle([node])
        try bench.patch(id) { $0.container.image = "web:2" }
        #expect(bench.generations(id) == [2])
        let note = bench.cluster.deployment(id)?.rollout.note
        #expect(note?.hasPrefix("replica 0 is replaced stop_first: no node takes it; 1 node: ports") == true)
        #expect(bench.cluster.document(for: node)?.replicas.map(\.strategy.order) == [.stopFirst])
        try bench.settle([node])
        #expect(bench.cluster.deployment(id)?.rollout.phase == .complete)
    }

    @Test func lackOfRoomAlsoStopsFirstAlthoughStartFirstWasDeclared() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a", cpuMillis: 1000)
        let strategy = RolloutStrategy(order: .startFirst, maxSurge: 1, healthyAfterSecs: 0)
        let id = try bench.create(.sample(resources: Resources(cpuMillis: 600), strategy: strategy)).id
        try bench.settle([node])
        try bench.patch(id) { $0.container.image = "web:2" }
        #expect(bench.cluster.document(for: node)?.replicas.map(\.strategy.order) == [.stopFirst])
        #expect(bench.cluster.deployment(id)?.rollout.note?.contains("stop_first") == true)
        #expect(bench.cluster.deploymentRow(id)?.spec.strategy.order == .startFirst)
    }

    @Test func lackOfRoomForAdditionalReplicasIsNoReasonToRefuse() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a", cpuMillis: 1000)
        let strategy = RolloutStrategy(maxSurge: 2, healthyAfterSecs: 0)
        let id = try bench.create(
            .sample(replicas: 2, resources: Resources(cpuMillis: 400), strategy: strategy)
        ).id
        try bench.settle([node])
        var spec = try #require(bench.cluster.deploymentRow(id)).spec
        spec.container.image = "web:2"
        try bench.apply(
            .patchDeployment(.init(id: id, spec: spec, requiresPlacement: true, requestID: "strict")))
        #expect(bench.generations(id) == [2, 1])
        spec.strategy.maxUnavailable = 0
        spec.container.image = "web:3"
        try bench.settle([node])
        let strict = PatchDeployment(id: id, spec: spec, requiresPlacement: true, requestID: "strict")
        #expect(throws: Rejection.self) { try bench.apply(.patchDeployment(strict)) }
    }

    @Test func brokenAdditionalReplicaGoesAndNothingElseDoes() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let id = try bench.create(.sample(replicas: 2, strategy: Self.strategy)).id
        try bench.settle(nodes)
        let places = bench.places(id)
        bench.brokenImages = ["web:2"]
        try bench.patch(id) { $0.container.image = "web:2" }
        for _ in 0..<6 {
            for node in nodes { try bench.obey(node) }
            try bench.tick()
            #expect(ready(bench, id) == 2)
        }
        #expect(bench.places(id) == places)
        #expect(bench.cluster.deployment(id)?.rollout.phase == .rolledBack)
        #expect(nodes.allSatisfy { bench.cluster.node($0)?.retiringCount == 0 })
    }

    @Test func lostReplicaWithAnAdditionalOneIsReplacedByIt() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let ports = [PortMapping(containerPort: 80, hostPort: 8080)]
        let id = try bench.create(.sample(ports: ports, strategy: Self.strategy)).id
        try bench.settle(nodes)
        let first = try #require(bench.places(id)[0])
        try bench.patch(id) { $0.container.image = "web:2" }
        try bench.apply(.deleteNode(.init(nodeID: first, force: true, requestID: "d")))
        try bench.tick()
        let second = try #require(nodes.first { $0 != first })
        #expect(bench.places(id) == [0: second])
        #expect(bench.cluster.node(second)?.replicaCount == 1)
    }

    @Test func additionalReplicaSurvivesARestartOfTheControlPlane() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let id = try bench.create(.sample(replicas: 2, strategy: Self.strategy)).id
        try bench.settle(nodes)
        try bench.patch(id) { $0.container.image = "web:2" }
        let tables = bench.cluster.tables
        try bench.restart()
        #expect(bench.cluster.tables == tables)
        try bench.settle(nodes)
        #expect(bench.generations(id) == [2, 2])
    }
}
