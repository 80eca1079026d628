import Model
import Testing

@testable import ClusterCore

/// Agents that say they act on documents this database never made.
@Suite struct ClaimTests {
    /// Three nodes that run a replica each.
    private func serving() throws -> (ClusterBench, [NodeID], DeploymentID) {
        var bench = try ClusterBench()
        let nodes = try ["a", "b", "c"].map { try bench.addNode($0) }
        let reply = try bench.create(.sample(replicas: 3))
        try bench.settle(nodes)
        return (bench, nodes, reply.id)
    }

    private func claim(_ bench: inout ClusterBench, _ node: NodeID, by more: UInt64 = 1) throws {
        let revision = (bench.cluster.headRevision(of: node) ?? 0) + more
        bench.told[node] = .init(epoch: bench.cluster.epoch, revision: revision)
        try bench.report(node)
    }

    @Test func oneNodeAheadIsHeldAloneAndNobodyElseIs() throws {
        var (bench, nodes, id) = try serving()
        let epoch = bench.cluster.epoch
        try claim(&bench, nodes[0])
        #expect(bench.cluster.epoch == epoch)
        #expect(nodes.map { bench.cluster.isHeld($0) } == [true, false, false])
        #expect(bench.cluster.document(for: nodes[0]) == nil)
        let words = bench.cluster.node(nodes[0])?.conditions.first
        #expect(words?.type == "history_lost")
        #expect(words?.message.contains("this database has never told it") == true)
        try bench.patch(id) { $0.replicas = 6 }
        #expect(bench.places(id).values.count { $0 == nodes[0] } == 1)
    }

    @Test func aNodeThatActsOnAnotherDocumentOfTheSameRevisionIsHeldUntilConfirmed() throws {
        var (bench, nodes, _) = try serving()
        let revision = try #require(bench.cluster.headRevision(of: nodes[0]))
        var report = bench.nextReport(nodes[0])
        report.conditions = [Condition(type: Condition.revisionConflict, message: "another one")]
        try bench.apply(.recordReport(RecordReport(nodeID: nodes[0], report: report)))
        #expect(nodes.map { bench.cluster.isHeld($0) } == [true, false, false])
        let epoch = bench.cluster.epoch
        try bench.apply(.confirmHistory(.init(epoch: epoch, nodeIDs: [nodes[0]], requestID: "confirm")))
        #expect(bench.cluster.document(for: nodes[0])?.revision == revision + 1)
        // What it said before it had the next document is no news.
        report = bench.nextReport(nodes[0])
        report.applied = .init(epoch: epoch, revision: revision)
        report.conditions = [Condition(type: Condition.revisionConflict, message: "another one")]
        try bench.apply(.recordReport(RecordReport(nodeID: nodes[0], report: report)))
        #expect(!bench.cluster.isHeld(nodes[0]))
    }

    @Test func aConfirmedNodeProvesNothingBeforeItActsOnWhatItIsToldThen() throws {
        var (bench, nodes, id) = try serving()
        let epoch = bench.cluster.epoch
        let first = try #require(bench.places(id)[0])
        for index in bench.containers[first, default: []].indices {
            bench.containers[first]?[index].generation = 2
        }
        try claim(&bench, first)
        try bench.apply(.confirmHistory(.init(epoch: epoch, nodeIDs: [first], requestID: "confirm")))
        try bench.patch(id) { $0.container.image = "web:2" }
        for _ in 0..<10 { try bench.live(nodes, milliseconds: 1000) }
        #expect(bench.generations(id) == [1, 2, 2])
    }

    /// What it says of its replicas is no news: that it says so of this history is.
    @Test func anUpdateGoesOnAsSoonAsAConfirmedNodeActsOnWhatItIsToldThen() throws {
        var (bench, nodes, id) = try serving()
        let epoch = bench.cluster.epoch
        let first = try #require(bench.places(id)[0])
        try claim(&bench, first)
        let claimed = bench.told[first]
        try bench.apply(.confirmHistory(.init(epoch: epoch, nodeIDs: [first], requestID: "confirm")))
        try bench.patch(id) { $0.container.image = "web:2" }
        bench.told[first] = claimed
        for _ in 0..<10 { try bench.live(nodes, milliseconds: 1000) }
        #expect(bench.generations(id) == [1, 2, 2])
        bench.told = [:]
        try bench.settle(nodes)
        #expect(bench.generations(id) == [2, 2, 2])
        #expect(bench.cluster.deployment(id)?.rollout.phase == .complete)
    }

    @Test func theHoldOutlivesARestartAndGrowingRevisions() throws {
        var (bench, nodes, id) = try serving()
        try claim(&bench, nodes[0])
        bench.told = [:]
        for round in 0..<5 { try bench.patch(id) { $0.container.env = ["ROUND": "\(round)"] } }
        try bench.restart()
        for node in nodes { try bench.report(node) }
        #expect(nodes.map { bench.cluster.isHeld($0) } == [true, false, false])
    }

    @Test func aSecondNodeAheadBeginsAnotherHistory() throws {
        var (bench, nodes, _) = try serving()
        let epoch = bench.cluster.epoch
        try claim(&bench, nodes[0])
        try claim(&bench, nodes[1])
        #expect(bench.cluster.epoch != epoch)
        #expect(nodes.allSatisfy { bench.cluster.isHeld($0) })
        #expect(bench.cluster.tables.claimants.isEmpty)
    }

    @Test func oneWordIsEnoughWhereNobodyElseWasEverTold() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        for node in nodes.dropFirst() { try bench.set(node, .cordoned) }
        try bench.create(.sample())
        try bench.settle(nodes)
        let epoch = bench.cluster.epoch
        try claim(&bench, nodes[0])
        #expect(bench.cluster.epoch != epoch)
    }

    @Test func aRevisionNoDatabaseEverReachesIsNoWitness() throws {
        var (bench, nodes, _) = try serving()
        let epoch = bench.cluster.epoch
        try claim(&bench, nodes[0], by: 1 << 40)
        try claim(&bench, nodes[1])
        #expect(bench.cluster.epoch == epoch)
        #expect(throws: Rejection.self) {
            try bench.apply(.confirmHistory(.init(epoch: epoch, nodeIDs: [nodes[0]], requestID: "c")))
        }
        try bench.apply(.deleteNode(.init(nodeID: nodes[0], force: true, requestID: "d")))
        #expect(bench.cluster.tables.claimants == [nodes[1]])
    }

    @Test func confirmingTheNodeLetsItGoOnAboveWhatItHas() throws {
        var (bench, nodes, id) = try serving()
        let epoch = bench.cluster.epoch
        try claim(&bench, nodes[0], by: 9)
        let claimed = try #require(bench.told[nodes[0]]?.revision)
        try bench.apply(.confirmHistory(.init(epoch: epoch, nodeIDs: [nodes[0]], requestID: "confirm")))
        let document = try #require(bench.cluster.document(for: nodes[0]))
        #expect(document.epoch == epoch)
        #expect(document.revision == claimed + 1)
        bench.told = [:]
        try bench.settle(nodes)
        #expect(!bench.cluster.isHeld(nodes[0]))
        #expect(bench.cluster.deployment(id)?.status == .running)
        #expect(throws: Rejection.self) {
            try bench.apply(.confirmHistory(.init(epoch: epoch, requestID: "again")))
        }
    }

    @Test func nobodyIsToldAnythingBeforeTheFirstReportToThisProcess() throws {
        var (bench, nodes, _) = try serving()
        try bench.restart()
        #expect(nodes.allSatisfy { bench.cluster.document(for: $0) == nil && bench.cluster.awaitsReport($0) })
        try bench.report(nodes[1])
        #expect(bench.cluster.document(for: nodes[1]) != nil)
        #expect(bench.cluster.document(for: nodes[0]) == nil)
        #expect(bench.effects.contains(.desiredStateChanged(nodes[1])))
    }

    /// Changes made before the first report must not hide that the agent is ahead of what was loaded.
    @Test func whatWasAddedSinceTheStartDoesNotCoverForAnOldDatabase() throws {
        var (bench, nodes, id) = try serving()
        let other = try bench.create(.sample("other", replicas: 3)).id
        try bench.settle(nodes)
        let backup = bench.stored
        for round in 0..<3 { try bench.patch(id) { $0.name = "web\(round)" } }
        try bench.settle(nodes)
        let heads = nodes.map { bench.cluster.headRevision(of: $0) ?? 0 }
        bench.stored = backup
        try bench.restart()
        for (node, head) in zip(nodes, heads) {
            bench.told[node] = .init(epoch: bench.cluster.epoch, revision: head)
        }
        try bench.apply(.deleteDeployment(.init(id: other, requestID: "d")))
        for round in 0..<2 { try bench.patch(id) { $0.name = "new\(round)" } }
        #expect(nodes.map { bench.cluster.headRevision(of: $0) ?? 0 } == heads)
        for node in nodes { try bench.report(node) }
        #expect(nodes.allSatisfy { bench.cluster.isHeld($0) })
    }
}
