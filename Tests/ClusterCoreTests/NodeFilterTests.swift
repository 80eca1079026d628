import Model
import Testing

@testable import ClusterCore

/// What operators and agents say of a node, each as the only reason.
@Suite struct NodeFilterTests {
    private func refusals(_ bench: inout ClusterBench, _ spec: DeploymentSpec = .sample()) throws -> [String]
    {
        let reply = try bench.create(spec)
        return reply.unplaced.first?.refusals.map { "\($0.filter.rawValue): \($0.detail)" } ?? []
    }

    @Test(arguments: [(NodeAvailability.cordoned, "is cordoned"), (.draining, "is being drained")])
    func cordonIsTheOnlyReason(_ availability: NodeAvailability, _ detail: String) throws {
        var bench = try ClusterBench()
        try bench.set(bench.addNode("edge"), availability)
        #expect(try refusals(&bench) == ["cordon: \(detail)"])
    }

    @Test func anotherHistoryIsTheOnlyReason() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("edge")
        bench.told[node] = .init(epoch: bench.ids.nextIdentifier(), revision: 1)
        try bench.report(node)
        #expect(
            try refusals(&bench) == [
                "unconfirmed_history: acts in another history, which an operator has to confirm"
            ])
    }

    @Test func agentVersionIsTheOnlyReason() throws {
        let window = AgentWindow(
            oldest: .init(major: 1, minor: 0, patch: 0), newest: .init(major: 1, minor: 9, patch: 9),
            isEnforced: true)
        var bench = try ClusterBench(settings: ClusterSettings(agentWindow: window))
        let node = try bench.addNode("edge")
        bench.versions[node] = "0.9.0"
        try bench.report(node)
        #expect(try refusals(&bench) == ["agent_version: its agent is 0.9.0, outside 1.0.0 to 1.9.9"])
        #expect(bench.cluster.node(node)?.conditions.map(\.type) == ["incompatible_agent"])
    }

    @Test func missingCapabilityIsTheOnlyReason() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("edge", isReady: false)
        bench.capabilities[node] = []
        try bench.report(node)
        var spec = DeploymentSpec.sample()
        spec.container.user = "1000"
        #expect(try refusals(&bench, spec) == ["agent_capability: agent_too_old: user"])
        bench.capabilities[node] = ["user", "a_word_of_a_newer_agent"]
        try bench.report(node)
        try bench.tick()
        #expect(
            bench.cluster.deployment(try #require(bench.cluster.deploymentID(named: "web")))?.unplaced == [])
    }

    @Test(arguments: needs.keys) func everyCapabilityIsAReasonOfItsOwn(_ word: AgentCapability) throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("edge")
        bench.capabilities[node] = AgentCapability.allCases.filter { $0 != word }.map(\.rawValue)
        try bench.report(node)
        var spec = DeploymentSpec.sample()
        Self.needs[word]?(&spec)
        #expect(try refusals(&bench, spec) == ["agent_capability: agent_too_old: \(word.rawValue)"])
    }

    /// What makes a declaration need one word; those of other fields have tests beside the fields.
    private static let needs: [AgentCapability: @Sendable (inout DeploymentSpec) -> Void] = [
        .entrypoint: { $0.container.entrypoint = ["/bin/true"] },
        .user: { $0.container.user = "1000" },
        .workingDir: { $0.container.workingDir = "/srv" },
        .hostname: { $0.container.hostname = "web" },
        .pull: { $0.container.pull.policy = .always },
    ]

    @Test func anUpdateThatNeedsMoreThanItsAgentKnowsIsNotTold() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("edge", isReady: false)
        bench.capabilities[node] = []
        try bench.report(node)
        let id = try bench.create(.sample()).id
        try bench.settle([node])
        try bench.patch(id) { $0.container.user = "1000" }
        try bench.settle([node])
        #expect(bench.cluster.document(for: node)?.replicas.map(\.container.user) == [nil])
        let words = bench.cluster.deployment(id)?.conditions.first { $0.type == "update_unplaced" }?.message
        #expect(words?.contains("agent_too_old: user") == true)
    }

    @Test func publicAddressIsTheOnlyReason() throws {
        var bench = try ClusterBench()
        try bench.addNode("edge", publicHost: "edge.example")
        let spec = DeploymentSpec.sample(constraints: Constraints(requiresPublicIP: true))
        #expect(try refusals(&bench, spec) == ["public_ip: has no public address"])
        try bench.addNode("open", publicIP: "203.0.113.7")
        try bench.tick()
        #expect(bench.places(try #require(bench.cluster.deploymentID(named: "web"))).count == 1)
    }

    @Test func aDeploymentMayAskForAPublicAddressByItself() throws {
        var bench = try ClusterBench()
        try bench.addNode("edge")
        var spec = DeploymentSpec.sample(ports: [PortMapping(containerPort: 80, expose: true)])
        spec.requiresPublicIP = true
        #expect(try refusals(&bench, spec) == ["public_ip: has no public address"])
        try bench.addNode("open", publicIP: "203.0.113.7")
        try bench.tick()
        #expect(bench.places(try #require(bench.cluster.deploymentID(named: "web"))).count == 1)
    }

    @Test func everyFilterHasATestOfItsOwn() {
        let here: Set<PlacementFilter> = [
            .cordon, .unconfirmed, .agentVersion, .agentCapability, .publicIP, .maxPerNode,
            .configPayload,
        ]
        #expect(here.union(FilterTests.cases.map(\.filter)) == Set(PlacementFilter.allCases))
    }
}
