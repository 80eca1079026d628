import Model
import Testing

@testable import ClusterCore

@Suite struct ForgettingTests {
    @Test(arguments: [(600_000, true), (0, false)] as [(Int64, Bool)])
    func whatASilentNodeSaidIsForgottenAfterAWhile(_ limit: Int64, _ isForgotten: Bool) throws {
        var bench = try ClusterBench(settings: ClusterSettings(instanceStatusMilliseconds: limit))
        let node = try bench.addNode("a")
        let reply = try bench.create(.sample())
        try bench.settle([node])
        #expect(bench.reported(reply.id) != nil)
        for _ in 0..<5 {
            bench.pass(milliseconds: 100_000)
            try bench.tick()
        }
        #expect(bench.reported(reply.id) != nil, "it is silent for 500 s only")
        bench.pass(milliseconds: 200_000)
        try bench.tick()
        #expect((bench.reported(reply.id) == nil) == isForgotten)
        try bench.settle([node])
        #expect(bench.reported(reply.id) != nil, "the node is back and says everything again")
    }

    @Test func endpointsOfNodesWithoutAHostNameThePublicOne() throws {
        var bench = try ClusterBench(settings: ClusterSettings(publicHost: "edge.example.com"))
        try bench.addNode("a")
        let reply = try bench.create(
            .sample(ports: [PortMapping(containerPort: 80, hostPort: 8080, expose: true)]))
        #expect(
            bench.cluster.deployment(reply.id)?.instances.first?.endpoints == ["edge.example.com:8080"])
    }

    @Test func aNodesOwnHostComesFirst() throws {
        var bench = try ClusterBench(settings: ClusterSettings(publicHost: "edge.example.com"))
        let node = try bench.addNode("a")
        try bench.apply(
            .recordReport(
                RecordReport(
                    nodeID: node, report: NodeReport(inventory: Inventory(publicIP: "192.0.2.7")))))
        let reply = try bench.create(
            .sample(ports: [PortMapping(containerPort: 80, hostPort: 8080, expose: true)]))
        #expect(bench.cluster.deployment(reply.id)?.instances.first?.endpoints == ["192.0.2.7:8080"])
    }
}

extension ClusterBench {
    /// Whether a report of the first replica is known: its state's time.
    fileprivate func reported(_ id: DeploymentID) -> Timestamp? {
        cluster.deployment(id)?.instances.first?.lastUpdated
    }
}
