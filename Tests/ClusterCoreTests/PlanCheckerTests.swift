import Model
import Testing

@testable import ClusterCore

@Suite struct PlanCheckerTests {
    /// A cluster with one deployment on one node, and a request for another that wants port 90 and 600 of 1000.
    private func prepare(maxPerNode: Int? = nil) throws -> (ClusterBench, NodeID, PlacementRequest) {
        var bench = try ClusterBench()
        let node = try bench.addNode("a", cpuMillis: 1000)
        bench.foreignPorts[node] = [7000]
        try bench.report(node)
        let held = [PortMapping(containerPort: 80, hostPort: 80)]
        try bench.create(.sample("held", ports: held, resources: Resources(cpuMillis: 300)))
        let spec = DeploymentSpec.sample(
            "new", replicas: 2, resources: Resources(cpuMillis: 600),
            placement: PlacementHints(maxPerNode: maxPerNode))
        let row = DeploymentRow(
            id: bench.ids.nextIdentifier(), spec: spec, createdAt: bench.now.wall, updatedAt: bench.now.wall)
        return (bench, node, PlacementRequest(row, replicas: [0, 1]))
    }

    private func plan(_ node: NodeID, _ placements: [(Int, UInt16?)]) -> PlacementPlan {
        PlacementPlan(
            placements: placements.map { number, port in
                .init(
                    replicaNumber: number, nodeID: node,
                    ports: [PortMapping(containerPort: 90, hostPort: port)])
            }, cursor: 1)
    }

    @Test func soundPlanPasses() throws {
        let (bench, node, request) = try prepare()
        #expect(PlanChecker.violations(of: plan(node, [(0, 90)]), for: request, in: bench.cluster).isEmpty)
    }

    static let faults: [([(Int, UInt16?)], String)] = [
        ([(0, 80)], "tcp port 80 of replica 0 is held by assignment"),
        ([(0, 90), (1, 90)], "tcp port 90 of replica 1 is held by replica 0"),
        ([(0, 7000)], "port 7000 is foreign"),
        ([(0, nil)], "port 90 has no host port"),
        ([(0, 90), (1, 91)], "1500 cpu_millis committed of 1000"),
        ([(0, 90), (0, 91)], "replica 0 is placed twice"),
        ([(2, 90)], "replica 2 is not declared"),
    ]

    @Test(arguments: faults)
    func everyFaultIsFound(_ placements: [(Int, UInt16?)], _ expected: String) throws {
        let (bench, node, request) = try prepare()
        let violations = PlanChecker.violations(of: plan(node, placements), for: request, in: bench.cluster)
        #expect(violations.contains { $0.contains(expected) }, "\(violations)")
    }

    @Test(arguments: faults)
    func aDistrustedPlanIsNotCommitted(_ placements: [(Int, UInt16?)], _ expected: String) throws {
        var (bench, node, request) = try prepare()
        let rows = bench.cluster.tables.assignments.count
        var change = ChangeSet(requestID: "r", now: bench.now)
        do throws(Rejection) {
            try bench.cluster.commit(plan(node, placements), for: request, &change, &bench.ids)
            Issue.record("was committed")
        } catch {
            #expect(error.code == .internalFault && error.message.contains(expected))
        }
        bench.cluster.move(plan(node, placements), request, .drained, &change, &bench.ids)
        #expect(
            change.events.contains { if case .planRefused = $0 { true } else { false } })
        #expect(bench.cluster.tables.assignments.count == rows)
    }

    @Test func tooManyReplicasOnANodeAreFound() throws {
        let (bench, node, request) = try prepare(maxPerNode: 1)
        let violations = PlanChecker.violations(
            of: plan(node, [(0, 90), (1, 91)]), for: request, in: bench.cluster)
        #expect(violations.contains("node \(node): 2 replicas, 1 allowed"))
    }

    @Test func nodesThatDoNotCountAreFound() throws {
        var (bench, node, request) = try prepare()
        let nobody: NodeID = bench.ids.nextIdentifier()
        let missing = PlanChecker.violations(of: plan(nobody, [(0, 90)]), for: request, in: bench.cluster)
        #expect(missing == ["node \(nobody) does not exist"])
        try bench.report(node, status: .error)
        let broken = PlanChecker.violations(of: plan(node, [(0, 90)]), for: request, in: bench.cluster)
        #expect(broken == ["node \(node) is not ready"])
    }

    @Test func replicaWithAPlaceIsNotPlacedAgain() throws {
        let (bench, node, _) = try prepare()
        let row = try #require(bench.cluster.deploymentRows().first)
        let violations = PlanChecker.violations(
            of: plan(node, [(0, 91)]), for: PlacementRequest(row, replicas: [0]), in: bench.cluster)
        #expect(violations == ["replica 0 has a place already"])
    }
}
