import Model
import Testing

@testable import ClusterCore

/// Deployments that write to folders of their nodes: nothing but an operator's word takes them from there.
@Suite struct VolumeTests {
    private func spec(
        replicas: Int = 1, ports: [PortMapping] = [], resources: Resources? = nil,
        strategy: RolloutStrategy = RolloutStrategy(healthyAfterSecs: 0)
    ) -> DeploymentSpec {
        var spec = DeploymentSpec.sample(
            "db", replicas: replicas, ports: ports, resources: resources, strategy: strategy)
        spec.container.volumes = [VolumeMount(hostPath: "/data", containerPath: "/data")]
        return spec
    }

    /// A deployment on the first of two nodes.
    private func placed(_ spec: DeploymentSpec, _ settings: ClusterSettings = ClusterSettings()) throws -> (
        ClusterBench, [NodeID], DeploymentID
    ) {
        var bench = try ClusterBench(settings: settings)
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        try bench.set(nodes[1], .cordoned)
        let id = try bench.create(spec).id
        try bench.settle(nodes)
        try bench.set(nodes[1], .open)
        try bench.settle(nodes, rounds: 2)
        #expect(Set(bench.places(id).values) == [nodes[0]])
        return (bench, nodes, id)
    }

    private func conditions(_ bench: ClusterBench, _ id: DeploymentID) -> [String: String] {
        let all = bench.cluster.deployment(id)?.conditions ?? []
        return Dictionary(all.map { ($0.type, $0.message) }, uniquingKeysWith: { $1 })
    }

    @Test(arguments: [true, false])
    func replicaWhosePortIsTakenGetsAnotherOnItsNode(_ hasVolume: Bool) throws {
        var declared = spec(ports: [PortMapping(containerPort: 80)])
        if !hasVolume { declared.container.volumes = [] }
        var (bench, nodes, id) = try placed(declared)
        let before = bench.cluster.deployment(id)?.instances.first?.assignmentID
        bench.foreignPorts[nodes[0]] = [80]
        bench.busyPorts = [80]
        try bench.settle(nodes)
        let after = try #require(bench.cluster.deployment(id)?.instances.first)
        #expect(after.nodeID == nodes[0])
        #expect(after.assignmentID == before)
        #expect(after.ports.map(\.hostPort) == [30_000])
        #expect(after.isReady)
    }

    @Test func whereItsNodeHasNoOtherPortItWaits() throws {
        let settings = ClusterSettings(portRange: 30_000...30_000)
        var (bench, nodes, id) = try placed(spec(ports: [PortMapping(containerPort: 80)]), settings)
        bench.foreignPorts[nodes[0]] = [80, 30_000]
        bench.busyPorts = [80]
        try bench.settle(nodes)
        #expect(bench.places(id) == [0: nodes[0]])
        #expect(conditions(bench, id)["waiting_for_node"]?.hasPrefix("volume:") == true)
        var spec = try #require(bench.cluster.deploymentRow(id)).spec
        spec.container.volumes = []
        spec.ports = [PortMapping(containerPort: 80)]
        try bench.patch(id) { $0 = spec }
        try bench.settle(nodes)
        #expect(bench.places(id) == [0: nodes[1]])
    }

    @Test func updateStartsNoAdditionalReplicaElsewhere() throws {
        let strategy = RolloutStrategy(maxSurge: 1, healthyAfterSecs: 0)
        var (bench, nodes, id) = try placed(spec(replicas: 2, strategy: strategy))
        try bench.patch(id) { $0.container.image = "db:2" }
        for _ in 0..<8 {
            #expect(bench.cluster.tables.placements[id]?.arriving.isEmpty == true)
            if let note = bench.cluster.deployment(id)?.rollout.note {
                #expect(note.hasSuffix("each is replaced where it stands"))
            }
            for node in nodes { try bench.obey(node) }
            try bench.tick()
        }
        #expect(bench.generations(id) == [2, 2])
        #expect(Set(bench.places(id).values) == [nodes[0]])
    }

    @Test func updateThatMayTakeNoneDownSaysWhyItWaits() throws {
        let strategy = RolloutStrategy(maxUnavailable: 0, maxSurge: 1, healthyAfterSecs: 0)
        var (bench, nodes, id) = try placed(spec(strategy: strategy))
        try bench.patch(id) { $0.container.image = "db:2" }
        try bench.settle(nodes)
        #expect(bench.places(id) == [0: nodes[0]])
        #expect(bench.generations(id) == [1])
        #expect(conditions(bench, id)["update_unplaced"]?.contains("max_unavailable 0") == true)
        try bench.patch(id) { $0.strategy.maxUnavailable = 1 }
        try bench.settle(nodes)
        #expect(bench.generations(id) == [2])
        #expect(bench.places(id) == [0: nodes[0]])
    }

    @Test func updateThatDoesNotFitOnItsNodeWaitsUntilTheNodeIsDrained() throws {
        var (bench, nodes, id) = try placed(spec(resources: Resources(cpuMillis: 500)))
        let big = try bench.addNode("big", cpuMillis: 16_000)
        try bench.report(big)
        try bench.patch(id) { $0.container.resources = Resources(cpuMillis: 8000) }
        try bench.settle(nodes + [big])
        #expect(bench.places(id) == [0: nodes[0]])
        #expect(bench.generations(id) == [1])
        let message = try #require(conditions(bench, id)["update_unplaced"])
        #expect(message.contains("write to folders of their nodes"))
        #expect(message.contains("4000 cpu_millis left, wanted 8000"))
        try bench.set(nodes[0], .draining)
        try bench.settle(nodes + [big])
        #expect(bench.places(id) == [0: big])
        #expect(bench.generations(id) == [2])
    }
}
