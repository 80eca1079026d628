import Model
import Testing

@testable import ClusterCore

@Suite struct PortTests {
    static let narrow = ClusterSettings(portRange: 30_000...30_001)

    private func hostPorts(_ bench: ClusterBench, _ id: DeploymentID) -> [UInt16?] {
        (bench.cluster.deployment(id)?.instances ?? []).flatMap { $0.ports.map(\.hostPort) }
    }

    @Test func writtenPortIsStrict() throws {
        var bench = try ClusterBench()
        try bench.addNode("a")
        let reply = try bench.create(
            .sample(replicas: 2, ports: [PortMapping(containerPort: 80, hostPort: 8080)]))
        #expect(hostPorts(bench, reply.id) == [8080])
        #expect(reply.unplaced.first?.refusals.map(\.filter) == [.ports])
    }

    @Test func unwrittenPortTakesTheContainerPortThenTheRange() throws {
        var bench = try ClusterBench(settings: Self.narrow)
        try bench.addNode("a")
        let reply = try bench.create(.sample(replicas: 4, ports: [PortMapping(containerPort: 80)]))
        #expect(hostPorts(bench, reply.id) == [80, 30_000, 30_001])
        #expect(reply.unplaced.first?.refusals.first?.detail == "no port from 30000 to 30001 is free")
    }

    @Test func unpublishedPortsTakeNothingOfTheNode() throws {
        var bench = try ClusterBench(settings: Self.narrow)
        let node = try bench.addNode("a")
        bench.foreignPorts[node] = [80]
        try bench.report(node)
        let inside = PortMapping(containerPort: 80, publish: false)
        let both = try bench.create(.sample(replicas: 3, ports: [inside, PortMapping(containerPort: 81)]))
        #expect(hostPorts(bench, both.id) == [nil, 81, nil, 30_000, nil, 30_001])
        #expect(both.unplaced.isEmpty)
        #expect(try bench.create(.sample("one", replicas: 5, ports: [inside])).unplaced.isEmpty)
        var hidden = DeploymentSpec.sample("hidden", replicas: 2, ports: [PortMapping(containerPort: 81)])
        hidden.tunnelOnly = true
        let reply = try bench.create(hidden)
        #expect(reply.unplaced.isEmpty)
        #expect(hostPorts(bench, reply.id) == [nil, nil])
    }

    @Test func onTheNodesNetworkAPortIsItsOwnHostPort() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        bench.capabilities[node] = ["network"]
        try bench.report(node)
        var spec = DeploymentSpec.sample(replicas: 2, ports: [PortMapping(containerPort: 8080)])
        spec.container.isolation.network = NetworkSpec(mode: .host)
        let reply = try bench.create(spec)
        #expect(hostPorts(bench, reply.id) == [8080])
        #expect(reply.unplaced.first?.refusals.map(\.filter) == [.ports])
    }

    @Test func autoAssignAlwaysTakesTheRange() throws {
        var settings = Self.narrow
        settings.portsAutoAssign = true
        var bench = try ClusterBench(settings: settings)
        try bench.addNode("a")
        let reply = try bench.create(.sample(ports: [PortMapping(containerPort: 80)]))
        #expect(hostPorts(bench, reply.id) == [30_000])
    }

    @Test func transportsAndAddressesAreApart() throws {
        var bench = try ClusterBench()
        try bench.addNode("a")
        let ports = [
            PortMapping(containerPort: 53, hostPort: 53),
            PortMapping(containerPort: 53, hostPort: 53, transport: .udp),
        ]
        #expect(try bench.create(.sample("dns", ports: ports)).unplaced.isEmpty)
        let first = PortMapping(containerPort: 80, hostPort: 80, hostIP: "10.0.0.1")
        let second = PortMapping(containerPort: 80, hostPort: 80, hostIP: "10.0.0.2")
        let every = PortMapping(containerPort: 80, hostPort: 80, hostIP: "0.0.0.0")
        #expect(try bench.create(.sample("one", ports: [first])).unplaced.isEmpty)
        #expect(try bench.create(.sample("two", ports: [second])).unplaced.isEmpty)
        #expect(try bench.create(.sample("three", ports: [every])).unplaced.count == 1)
    }

    @Test func writtenPortsOfADeclarationComeFirst() throws {
        var bench = try ClusterBench()
        try bench.addNode("a")
        let ports = [PortMapping(containerPort: 80), PortMapping(containerPort: 81, hostPort: 80)]
        let reply = try bench.create(.sample(ports: ports))
        #expect(hostPorts(bench, reply.id) == [30_000, 80])
    }

    @Test func chosenPortIsNotPinnedWhenTheReplicaMoves() throws {
        var bench = try ClusterBench()
        let first = try bench.addNode("a")
        let reply = try bench.create(.sample(ports: [PortMapping(containerPort: 80)]))
        let second = try bench.addNode("b", isReady: false)
        bench.foreignPorts[second] = [80]
        try bench.live([second], milliseconds: 200_000)
        #expect(bench.places(reply.id) == [0: second])
        #expect(hostPorts(bench, reply.id) == [30_000])
        #expect(first != second)
    }

    @Test func chosenPortThatIsTakenByAnotherProgramIsChosenAnew() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let spec = DeploymentSpec.sample(ports: [PortMapping(containerPort: 80)])
        let reply = try bench.create(spec)
        #expect(hostPorts(bench, reply.id) == [80])
        bench.foreignPorts[node] = [80]
        bench.busyPorts = [80]
        try bench.settle([node])
        #expect(hostPorts(bench, reply.id) == [30_000])
        #expect(bench.cluster.deployment(reply.id)?.status == .running)
    }

    @Test func exchangedPortStaysReservedUntilTheNodeServesOnTheOther() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let reply = try bench.create(.sample(ports: [PortMapping(containerPort: 80)]))
        bench.foreignPorts[node] = [80]
        bench.busyPorts = [80]
        try bench.obey(node)
        try bench.tick()
        #expect(hostPorts(bench, reply.id) == [30_000])
        // Before the node knows of it the other program ends, and the replica comes up on the port it was told first.
        bench.foreignPorts[node] = []
        bench.busyPorts = []
        try bench.report(node)
        let next = try bench.create(.sample("next", ports: [PortMapping(containerPort: 80, hostPort: 80)]))
        #expect(next.unplaced.first?.refusals.map(\.filter) == [.ports])
        try bench.obey(node)
        try bench.tick()
        #expect(hostPorts(bench, next.id) == [80])
        #expect(hostPorts(bench, reply.id) == [30_000])
        #expect(bench.violations.isEmpty)
    }

    @Test func updateThatLacksAPortGetsAnotherWhereItStands() throws {
        var bench = try ClusterBench(settings: Self.narrow)
        let node = try bench.addNode("a")
        try bench.addNode("b")
        let reply = try bench.create(.sample(ports: [PortMapping(containerPort: 80)]))
        try bench.settle([node])
        let before = bench.cluster.deployment(reply.id)?.instances.map(\.assignmentID)
        try bench.patch(reply.id) { $0.ports.append(PortMapping(containerPort: 90)) }
        #expect(hostPorts(bench, reply.id) == [80, 90])
        bench.foreignPorts[node] = [90]
        bench.busyPorts = [90]
        bench.servesBehindBusyPorts = true
        try bench.settle([node])
        #expect(hostPorts(bench, reply.id) == [80, 30_000])
        #expect(bench.cluster.deployment(reply.id)?.instances.map(\.assignmentID) == before, "it was moved")
        #expect(bench.cluster.deployment(reply.id)?.status == .running)
        #expect(bench.violations.isEmpty)
    }

    @Test func writtenPortThatIsTakenWaits() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let spec = DeploymentSpec.sample(ports: [PortMapping(containerPort: 80, hostPort: 80)])
        let reply = try bench.create(spec)
        bench.foreignPorts[node] = [80]
        bench.busyPorts = [80]
        try bench.settle([node])
        #expect(hostPorts(bench, reply.id) == [80])
    }

    @Test func runningReplicaStaysWhenItsPortIsCalledForeign() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let reply = try bench.create(.sample(ports: [PortMapping(containerPort: 80)]))
        try bench.settle([node])
        bench.foreignPorts[node] = [80]
        try bench.settle([node])
        #expect(hostPorts(bench, reply.id) == [80])
    }

    @Test func exposedPortHasTheNodesEndpoint() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a", publicHost: "edge.example")
        let ports = [
            PortMapping(containerPort: 80, hostPort: 8080, expose: true), PortMapping(containerPort: 81),
        ]
        let reply = try bench.create(.sample(ports: ports))
        #expect(bench.cluster.deployment(reply.id)?.instances.first?.endpoints == ["edge.example:8080"])
        let document = try #require(bench.cluster.document(for: node))
        #expect(document.replicas.first?.ports.map(\.endpoint) == ["edge.example:8080", nil])
        let echoed = try bench.patch(reply.id) { $0.ports[0].endpoint = "edge.example:8080" }
        #expect(!echoed.hasChanged)
    }

    @Test func replacedPortStaysReservedUntilTheNewGenerationRuns() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let reply = try bench.create(.sample(ports: [PortMapping(containerPort: 80, hostPort: 8080)]))
        try bench.obey(node)
        try bench.patch(reply.id) { $0.ports[0].hostPort = 9090 }
        let waiting = try bench.create(
            .sample("next", ports: [PortMapping(containerPort: 80, hostPort: 8080)]))
        #expect(waiting.unplaced.count == 1)
        try bench.obey(node)
        try bench.tick()
        #expect(bench.places(waiting.id) == [0: node])
        #expect(bench.violations.isEmpty)
    }

    @Test func containerThatWaitedForItsPredecessorToGoHasProvedItself() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let reply = try bench.create(.sample(ports: [PortMapping(containerPort: 80, hostPort: 8080)]))
        try bench.obey(node)
        try bench.patch(reply.id) { spec in
            spec.strategy.healthyAfterSecs = 5
            spec.ports[0].hostPort = 9090
        }
        // The new one runs on the other port; while the old one is being stopped, the former generation is reported.
        bench.containers[node] = bench.cluster.document(for: node)?.replicas
        for second in 0..<8 {
            var report = bench.nextReport(node)
            report.containers[0].containerID = "new"
            report.containers[0].generation = second < 6 ? 1 : 2
            try bench.apply(.recordReport(RecordReport(nodeID: node, report: report)))
            try bench.tick()
            let phase = bench.cluster.deployment(reply.id)?.rollout.phase
            #expect(phase == (second < 6 ? .progressing : .complete), "second \(second)")
            bench.pass(milliseconds: 1000)
        }
    }
}
