import Model
import Testing

@testable import ClusterCore

@Suite struct NodeCommandTests {
    private func code(_ bench: inout ClusterBench, _ command: Command) -> Rejection.Code? {
        do throws(Rejection) {
            try bench.apply(command)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func registrationIsRepeatableUntilTheTokenWasUsed() throws {
        var bench = try ClusterBench()
        let id: NodeID = bench.ids.nextIdentifier()
        let command = RegisterNode(nodeID: id, name: "edge", tokenHash: [1], requestID: "r")
        guard case .registration(let first) = try bench.apply(.registerNode(command)),
            case .registration(let second) = try bench.apply(.registerNode(command))
        else { throw BenchFailure.unexpectedReply }
        #expect(first.isNew && !second.isNew)
        #expect(first.tokenID != second.tokenID)
        #expect(bench.cluster.tokens(of: id).map(\.id) == [second.tokenID])
        try bench.apply(.recordContact(.init(nodeID: id, tokenID: second.tokenID)))
        #expect(bench.changes.contains { $0.key == .token(second.tokenID) && $0.durability == .decision })
        #expect(code(&bench, .registerNode(command)) == .alreadyRegistered)
    }

    @Test func namesAreUniqueAmongLiveNodes() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("edge")
        #expect(
            code(&bench, .registerNode(.init(name: "edge", tokenHash: [1], requestID: "r"))) == .nameTaken)
        try bench.apply(.deleteNode(.init(nodeID: a, requestID: "delete")))
        let b = try bench.addNode("edge")
        #expect(bench.cluster.nodeID(named: "edge") == b)
        #expect(bench.cluster.nodes().map(\.row.id) == [b])
    }

    @Test func nodeWithReplicasIsDeletedOnlyByForceAndTheyAreReplaced() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        let reply = try bench.create(.sample())
        #expect(code(&bench, .deleteNode(.init(nodeID: a, requestID: "d"))) == .holdsReplicas)
        #expect(bench.places(reply.id) == [0: a])
        let b = try bench.addNode("b")
        try bench.apply(.deleteNode(.init(nodeID: a, force: true, removesContainers: true, requestID: "d")))
        try bench.tick()
        #expect(bench.places(reply.id) == [0: b])
        #expect(code(&bench, .recordReport(.init(nodeID: a, report: NodeReport()))) == .gone)
        #expect(bench.cluster.nodeRow(a)?.tombstone?.removesContainers == true)
    }

    @Test func tombstoneIsForgottenAfterThirtyDays() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        try bench.apply(.deleteNode(.init(nodeID: node, requestID: "d")))
        bench.pass(milliseconds: ClusterLimits.tombstoneMilliseconds + 1)
        try bench.tick()
        #expect(bench.cluster.nodeRow(node) == nil)
        #expect(bench.cluster.tokens(of: node).isEmpty)
        #expect(bench.stored.keys.allSatisfy { $0 == .meta })
        #expect(code(&bench, .recordContact(.init(nodeID: node))) == .notFound)
    }

    @Test func refusedCommandChangesNothing() throws {
        var bench = try ClusterBench()
        try bench.addNode("a")
        let web = try bench.create(.sample("web", ports: [PortMapping(containerPort: 80, hostPort: 80)]))
        let before = bench.cluster.tables
        let other: DeploymentID = bench.ids.nextIdentifier()
        let conflicting = DeploymentSpec.sample(
            "other", ports: [PortMapping(containerPort: 80, hostPort: 80)])
        let refusals: [(Command, Rejection.Code)] = [
            (.createDeployment(.init(spec: .sample("web"), requestID: "r")), .nameTaken),
            (.createDeployment(.init(spec: .sample("x", replicas: -1), requestID: "r")), .invalid),
            (
                .createDeployment(.init(spec: conflicting, requiresPlacement: true, requestID: "r")),
                .unplaceable
            ),
            (.patchDeployment(.init(id: other, spec: .sample("x"), requestID: "r")), .notFound),
            (
                .patchDeployment(
                    .init(id: web.id, spec: .sample("x"), expectedGeneration: 9, requestID: "r")),
                .staleGeneration
            ),
            (
                .patchDeployment(
                    .init(
                        id: web.id, spec: .sample("web", replicas: 2, ports: conflicting.ports),
                        requiresPlacement: true, requestID: "r")), .unplaceable
            ),
            (.deleteDeployment(.init(id: other, requestID: "r")), .notFound),
            (.restartDeployment(.init(id: other, requestID: "r")), .notFound),
        ]
        for (command, expected) in refusals { #expect(code(&bench, command) == expected) }
        #expect(bench.cluster.tables == before)
    }

    @Test func everyBrokenRuleIsNamed() throws {
        var bench = try ClusterBench()
        let spec = DeploymentSpec.sample(
            replicas: 10_001,
            ports: [
                PortMapping(containerPort: 80, hostPort: 80), PortMapping(containerPort: 80),
                PortMapping(containerPort: 81, hostPort: 80),
            ], resources: Resources(cpuMillis: -1), placement: PlacementHints(maxPerNode: 0))
        do throws(Rejection) {
            try bench.create(spec)
            Issue.record("was taken")
        } catch {
            #expect(
                error.faults.map(\.field) == [
                    "replicas", "placement.max_per_node", "resources.cpu_millis", "ports[1].container_port",
                    "ports[2].host_port",
                ])
        }
    }

    @Test func rehearsalAnswersAndChangesNothing() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let before = bench.cluster.tables
        var ids = bench.ids
        let outcome = try bench.cluster.rehearse(
            .createDeployment(.init(spec: .sample(), requestID: "r")), now: bench.now, ids: &ids)
        guard case .deployment(let reply) = outcome.reply else { throw BenchFailure.unexpectedReply }
        #expect(reply.placements.map(\.nodeID) == [node])
        #expect(bench.cluster.tables == before)
    }
}
