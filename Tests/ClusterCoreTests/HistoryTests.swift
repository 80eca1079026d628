import Model
import Testing

@testable import ClusterCore

/// Databases that are older than what agents were told.
@Suite struct HistoryTests {
    /// Two nodes with a replica each, a database from before the second declaration, and what was taken back.
    private func rolledBack() throws -> (ClusterBench, [NodeID], DeploymentID) {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let reply = try bench.create(.sample(replicas: 2))
        try bench.settle(nodes)
        let backup = bench.stored
        try bench.create(.sample("later", replicas: 2))
        try bench.settle(nodes)
        bench.stored = backup
        bench.told = nodes.reduce(into: [:]) { told, node in
            told[node] = .init(
                epoch: bench.cluster.epoch, revision: bench.cluster.headRevision(of: node) ?? 0)
        }
        try bench.restart()
        return (bench, nodes, reply.id)
    }

    /// Three nodes that run a second generation this database does not know, and wait for a confirmation.
    private func restored() throws -> (ClusterBench, [NodeID], DeploymentID) {
        var bench = try ClusterBench()
        let nodes = try ["a", "b", "c"].map { try bench.addNode($0) }
        let id = try bench.create(.sample(replicas: 3)).id
        try bench.settle(nodes)
        for node in nodes {
            bench.told[node] = .init(
                epoch: bench.cluster.epoch, revision: bench.cluster.headRevision(of: node) ?? 0)
            for index in bench.containers[node, default: []].indices {
                bench.containers[node]?[index].generation = 2
            }
        }
        try bench.apply(.beginHistory(requestID: "restored"))
        try bench.live(nodes, milliseconds: 1000)
        return (bench, nodes, id)
    }

    @Test func whatTellsContainersApartIsNotCountedOnAfterALoss() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let id = try bench.create(.sample()).id
        let config = try bench.config("app", ["A": "1"])
        try bench.settle([node])
        let backup = bench.stored
        func change(to value: String) throws -> [UInt64] {
            try bench.write(config, ["A": value])
            try bench.apply(.restartDeployment(.init(id: id, requestID: "restart-\(value)")))
            let reference = try #require(bench.cluster.config(config)?.row.reference)
            return [
                bench.cluster.deploymentRow(id)?.restartNonce ?? 0,
                bench.cluster.configVersion(reference)?.containerVersion ?? 0,
            ]
        }
        var lost = try change(to: "lost")
        #expect(lost == [1, 2])
        for value in ["one", "other"] {
            bench.stored = backup
            try bench.restart()
            try bench.apply(.beginHistory(requestID: value))
            bench.pass(milliseconds: 1000)
            let now = try change(to: value)
            #expect(Set(now).isDisjoint(with: lost), "\(now) would be taken for \(lost)")
            lost += now
        }
    }

    @Test func twoWritesOfOneMomentAfterALossAreToldApart() throws {
        var bench = try ClusterBench()
        let config = try bench.config("app", ["A": "1"])
        try bench.restart()
        try bench.apply(.beginHistory(requestID: "again"))
        func write(_ value: String) throws -> UInt64 {
            try bench.write(config, ["A": value])
            let reference = try #require(bench.cluster.config(config)?.row.reference)
            return try #require(bench.cluster.configVersion(reference)?.containerVersion)
        }
        let first = try write("one")
        #expect(try write("other") > first)
    }

    @Test func aGenerationOfAnotherHistoryProvesNothing() throws {
        var (bench, nodes, id) = try restored()
        try bench.patch(id) { $0.container.image = "web:2" }
        for _ in 0..<10 { try bench.live(nodes, milliseconds: 1000) }
        #expect(bench.generations(id) == [1, 1, 1])
        #expect(bench.cluster.deployment(id)?.rollout.phase == .progressing)
        // Serving they are all the same.
        #expect(bench.cluster.deployment(id)?.replicasReady == 3)
    }

    @Test func aGenerationThatAnotherHistoryRejectedIsNotRejectedHere() throws {
        var (bench, nodes, id) = try restored()
        try bench.patch(id) { $0.container.image = "web:2" }
        for node in nodes {
            var report = bench.nextReport(node)
            for index in report.containers.indices { report.containers[index].rejectedGeneration = 2 }
            try bench.apply(.recordReport(RecordReport(nodeID: node, report: report)))
        }
        try bench.tick()
        #expect(bench.cluster.deployment(id)?.row.generation == 2)
        #expect(bench.cluster.deployment(id)?.rollout.phase == .progressing)
    }

    @Test func agentAheadOfTheDatabaseBeginsAnotherHistoryAndNobodyGetsADocument() throws {
        var (bench, nodes, _) = try rolledBack()
        let old = bench.cluster.epoch
        try bench.report(nodes[0])
        #expect(bench.cluster.epoch == old)
        try bench.report(nodes[1])
        let new = bench.cluster.epoch
        #expect(new != old)
        #expect(bench.events.contains(.historyBegan(new, after: old)))
        #expect(bench.changes.contains { $0.key == .meta && $0.durability == .decision })
        for node in nodes {
            #expect(bench.cluster.isHeld(node))
            #expect(bench.cluster.document(for: node) == nil)
        }
        for node in nodes { try bench.report(node) }
        #expect(bench.cluster.epoch == new)
        #expect(bench.cluster.node(nodes[1])?.conditions.map(\.type) == ["history_lost"])
    }

    @Test func heldNodesGetNothingNewAndLoseNothing() throws {
        var (bench, nodes, id) = try rolledBack()
        for node in nodes { try bench.report(node) }
        let before = bench.places(id)
        let reply = try bench.create(.sample("more"))
        #expect(reply.unplaced.first?.refusals.map(\.filter) == [.unconfirmed])
        try bench.tick()
        #expect(bench.places(id) == before)
    }

    @Test func historySaysWhatAConfirmationWouldChange() throws {
        var (bench, nodes, id) = try rolledBack()
        for node in nodes { try bench.report(node) }
        try bench.patch(id) { $0.replicas = 1 }
        let history = bench.cluster.history()
        #expect(history.predecessors.count == 1)
        #expect(history.nodes.map(\.isHeld) == [true, true])
        #expect(history.nodes.map { $0.change?.keeps } == [1, 0])
        #expect(history.nodes.map { $0.change?.removes } == [1, 2])
    }

    @Test func confirmationLetsTheNodesGoOn() throws {
        var (bench, nodes, id) = try rolledBack()
        for node in nodes { try bench.report(node) }
        let old = try #require(bench.cluster.history().predecessors.first)
        try bench.apply(.confirmHistory(.init(epoch: old, requestID: "confirm")))
        #expect(Set(bench.effects).isSuperset(of: nodes.map { Effect.desiredStateChanged($0) }))
        let document = try #require(bench.cluster.document(for: nodes[0]))
        #expect(document.accepts == [old])
        #expect(document.replicas.map(\.deploymentID) == [id])
        bench.told = [:]
        try bench.settle(nodes)
        #expect(nodes.allSatisfy { bench.cluster.nodeRow($0)?.epoch == bench.cluster.epoch })
        #expect(bench.cluster.deployment(id)?.status == .running)
    }

    @Test func confirmationOfSomeNodesLeavesTheOthersHeld() throws {
        var (bench, nodes, _) = try rolledBack()
        for node in nodes { try bench.report(node) }
        let old = try #require(bench.cluster.history().predecessors.first)
        try bench.apply(.confirmHistory(.init(epoch: old, nodeIDs: [nodes[1]], requestID: "confirm")))
        #expect(bench.cluster.document(for: nodes[0]) == nil)
        #expect(bench.cluster.document(for: nodes[1])?.accepts == [old])
    }

    @Test func documentThatAConfirmationEmptiesNamesTheConfirmation() throws {
        var (bench, nodes, id) = try rolledBack()
        for node in nodes { try bench.report(node) }
        try bench.apply(.deleteDeployment(.init(id: id, requestID: "delete")))
        let old = try #require(bench.cluster.history().predecessors.first)
        try bench.apply(.confirmHistory(.init(epoch: old, requestID: "confirm")))
        let document = try #require(bench.cluster.document(for: nodes[0]))
        #expect(document.emptiedBy == .init(revision: document.revision, requestID: "confirm"))
    }

    @Test func heldNodesStayHeldOverARestart() throws {
        var (bench, nodes, _) = try rolledBack()
        for node in nodes { try bench.report(node) }
        try bench.restart()
        #expect(nodes.allSatisfy { bench.cluster.isHeld($0) })
    }

    @Test func onlyAForeignHistoryOfSomeNodeIsConfirmed() throws {
        var bench = try ClusterBench()
        try bench.addNode("a")
        let stranger: Epoch = bench.ids.nextIdentifier()
        for (epoch, code) in [(bench.cluster.epoch, Rejection.Code.invalid), (stranger, .notFound)] {
            do throws(Rejection) {
                try bench.apply(.confirmHistory(.init(epoch: epoch, requestID: "c")))
                Issue.record("was taken")
            } catch {
                #expect(error.code == code)
            }
        }
    }

    @Test func nodeThatAnOlderDatabaseHasToldNothingGetsNothingBeforeItReports() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let backup = bench.stored
        try bench.create(.sample(replicas: 2))
        try bench.settle(nodes)
        let told = nodes.reduce(into: [:]) { told, node in
            told[node] = NodeReport.Applied(
                epoch: bench.cluster.epoch, revision: bench.cluster.headRevision(of: node) ?? 0)
        }
        bench.stored = backup
        bench.told = told
        try bench.restart()
        for node in nodes {
            #expect(bench.cluster.headRevision(of: node) == 0)
            #expect(bench.cluster.awaitsReport(node))
            #expect(bench.cluster.document(for: node) == nil)
        }
        for node in nodes { try bench.report(node) }
        #expect(nodes.allSatisfy { bench.cluster.isHeld($0) && bench.cluster.document(for: $0) == nil })
    }

    @Test func portsAreNotFreedForWhatRunsInALostHistory() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        let reply = try bench.create(.sample(ports: [PortMapping(containerPort: 80, hostPort: 8080)]))
        try bench.obey(node)
        try bench.patch(reply.id) { $0.ports[0].hostPort = 9090 }
        func former() -> [UInt16] {
            bench.cluster.rows(on: node).flatMap(\.formerPorts).compactMap(\.hostPort)
        }
        #expect(former() == [8080])
        let backup = bench.stored
        try bench.obey(node)
        try bench.patch(reply.id) { $0.ports[0].hostPort = 8080 }
        try bench.obey(node)
        bench.stored = backup
        bench.told = [
            node: .init(epoch: bench.cluster.epoch, revision: bench.cluster.headRevision(of: node) ?? 0)
        ]
        let lost = bench.cluster.epoch
        try bench.restart()
        try bench.report(node)
        #expect(bench.cluster.epoch != lost)
        #expect(former() == [8080])
        try bench.apply(.confirmHistory(.init(epoch: lost, requestID: "confirm")))
        try bench.report(node)
        #expect(former() == [8080])
        bench.told = [:]
        try bench.obey(node)
        #expect(former().isEmpty)
    }

    @Test func agentOfAnUnknownHistoryIsHeldAlone() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let epoch = bench.cluster.epoch
        bench.told[nodes[0]] = .init(epoch: bench.ids.nextIdentifier(), revision: 3)
        for node in nodes { try bench.report(node) }
        #expect(bench.cluster.epoch == epoch)
        #expect(nodes.map { bench.cluster.isHeld($0) } == [true, false])
    }
}
