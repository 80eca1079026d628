import Model
import Testing

@testable import ClusterCore

/// Silent nodes: suspicion, patience, return, and nodes that were lost while nobody looked.
@Suite struct LossTests {
    @Test func silentNodeIsSuspectBeforeItIsLost() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        bench.pass(milliseconds: 45_001)
        try bench.tick()
        #expect(bench.cluster.status(of: a) == .suspect)
        #expect(bench.changes.isEmpty)
        #expect(try bench.create(.sample()).unplaced.first?.refusals.map(\.detail) == ["is suspect"])
        try bench.apply(.recordContact(.init(nodeID: a)))
        #expect(bench.cluster.status(of: a) == .ready)
    }

    /// Two replicas of an update that has taken the first to its new generation, and their nodes.
    private func updating() throws -> (ClusterBench, [NodeID], DeploymentID) {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let hints = PlacementHints(maxPerNode: 1)
        let id = try bench.create(.sample(replicas: 2, placement: hints)).id
        try bench.settle(nodes)
        try bench.patch(id) {
            $0.container.image = "web:2"
            $0.strategy.healthyAfterSecs = 50
        }
        let first = try #require(bench.places(id)[0])
        try bench.obey(first)
        try bench.tick()
        #expect(bench.generations(id) == [2, 1])
        return (bench, [first] + nodes.filter { $0 != first }, id)
    }

    @Test(arguments: [60_000, 600_000] as [Int64])
    func contactAfterASilenceProvesNothingOfReplicas(_ silence: Int64) throws {
        var (bench, nodes, id) = try updating()
        try bench.live([nodes[1]], milliseconds: silence)
        #expect(bench.cluster.status(of: nodes[0]) != .ready)
        #expect(!bench.cluster.missesReport(nodes[0]))
        try bench.apply(.recordContact(.init(nodeID: nodes[0])))
        #expect(bench.cluster.status(of: nodes[0]) == .ready)
        #expect(bench.cluster.missesReport(nodes[0]))
        try bench.tick()
        #expect(bench.generations(id) == [2, 1], "the other one was taken down for a word of long ago")
        // The machine has started anew, and its container is not up yet.
        bench.boots[nodes[0]] = bench.ids.nextIdentifier()
        bench.slowImages = ["web:2"]
        try bench.report(nodes[0])
        #expect(!bench.cluster.missesReport(nodes[0]))
        try bench.tick()
        #expect(bench.generations(id) == [2, 1])
        bench.slowImages = []
        try bench.live(nodes, milliseconds: 120_000)
        #expect(bench.generations(id) == [2, 2])
    }

    @Test func pingOfAnAgentThatHasReportedBeforeStandsForItsReport() throws {
        var (bench, nodes, _) = try updating()
        try bench.live([nodes[1]], milliseconds: 60_000)
        try bench.apply(.recordContact(.init(nodeID: nodes[0], standsForReport: true)))
        #expect(bench.cluster.status(of: nodes[0]) == .ready)
        #expect(!bench.cluster.missesReport(nodes[0]))
        #expect(bench.cluster.live[nodes[0]]?.hasFullReport == true)
    }

    @Test func lostReplicasAreSaidToMoveOnlyWhereTheyWill() throws {
        func fate(_ settings: ClusterSettings = ClusterSettings(), _ change: (inout DeploymentSpec) -> Void)
            throws -> String
        {
            var bench = try ClusterBench(settings: settings)
            let a = try bench.addNode("a")
            bench.versions[a] = "1.0.0"
            try bench.report(a)
            var spec = DeploymentSpec.sample()
            change(&spec)
            let id = try bench.create(spec).id
            try bench.settle([a])
            if settings.agentWindow != nil {
                bench.versions[a] = "2.0.0"
                try bench.report(a)
            }
            let b = try bench.addNode("b", arch: "arm64")
            try bench.live([b], milliseconds: 180_000)
            let conditions = bench.cluster.deployment(id)?.conditions ?? []
            return conditions.first { $0.type == "node_unreachable" }?.message ?? "\(conditions)"
        }
        let amd = Constraints(arch: "amd64")
        let lost = "1 replica on lost nodes; "
        #expect(try fate { $0.constraints = amd } == lost + "they move when there is room")
        #expect(try fate { $0.mode = .perNode } == lost + "each belongs to its node")
        #expect(
            try fate { $0.disconnect = DisconnectPolicy(lostAfterSecs: 600) }
                == lost + "they move when their nodes have been silent for 600 s")
        #expect(
            try fate(ClusterSettings(rescheduleOnUnreachable: false)) { _ in }
                == lost + "they wait for them, since replicas of lost nodes are not moved here")
        let window = AgentWindow(
            oldest: .init(major: 1, minor: 0, patch: 0), newest: .init(major: 1, minor: 9, patch: 9),
            isEnforced: true)
        #expect(
            try fate(ClusterSettings(agentWindow: window)) { _ in }
                == lost + "they wait for them: agents outside the window would keep what is moved")
    }

    @Test func slowNodeIsLostLaterAlsoByTheNextProcess() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        bench.intervals[nodes[0]] = 480
        for node in nodes { try bench.report(node) }
        #expect(bench.cluster.intervalMilliseconds(of: nodes[0]) == 480_000)
        try bench.live([nodes[1]], milliseconds: 1_430_000)
        #expect(bench.cluster.status(of: nodes[0]) == .suspect)
        try bench.restart()
        try bench.live([nodes[1]], milliseconds: 1_440_000)
        #expect(bench.cluster.status(of: nodes[0]) == .unknown)
        try bench.live([nodes[1]], milliseconds: 120_000)
        #expect(bench.cluster.status(of: nodes[0]) == .unreachable)
    }

    @Test func incompatibleNodeGetsNothingNewAndIsNeverCountedAsLost() throws {
        let window = AgentWindow(
            oldest: .init(major: 1, minor: 0, patch: 0), newest: .init(major: 1, minor: 9, patch: 9),
            isEnforced: true)
        var bench = try ClusterBench(settings: ClusterSettings(agentWindow: window))
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let reply = try bench.create(.sample(replicas: 2))
        try bench.settle(nodes)
        let before = bench.places(reply.id)
        bench.versions[nodes[0]] = "2.0.0"
        try bench.report(nodes[0])
        #expect(bench.cluster.status(of: nodes[0]) == .incompatible)
        try bench.live([nodes[1]], milliseconds: 300_000)
        #expect(bench.places(reply.id) == before)
        bench.versions[nodes[0]] = "1.5.0"
        try bench.report(nodes[0])
        #expect(bench.cluster.status(of: nodes[0]) == .ready)
    }

    @Test func aDeploymentThatWritesToItsNodeWaitsForIt() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        for node in nodes {
            bench.capabilities[node] = ["volumes"]
            try bench.report(node)
        }
        var spec = DeploymentSpec.sample()
        spec.container.volumes = [VolumeMount(hostPath: "/data", containerPath: "/data")]
        let reply = try bench.create(spec)
        try bench.settle(nodes)
        let place = bench.places(reply.id)
        let home = try #require(bench.cluster.deployment(reply.id)?.instances.first?.nodeID)
        let other = try #require(nodes.first { $0 != home })
        try bench.live([other], milliseconds: 300_000)
        #expect(bench.places(reply.id) == place)
        let conditions = bench.cluster.deployment(reply.id)?.conditions ?? []
        #expect(
            conditions.first { $0.type == "waiting_for_node" }?.message.hasPrefix("volume:") == true,
            "\(conditions)")
        spec.disconnect = DisconnectPolicy(lostAfterSecs: 400)
        try bench.apply(.patchDeployment(.init(id: reply.id, spec: spec, requestID: "patient")))
        try bench.live([other], milliseconds: 200_000)
        #expect(bench.cluster.deployment(reply.id)?.instances.first?.nodeID == other)
    }

    @Test func patientDeploymentWaitsLonger() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        var spec = DeploymentSpec.sample()
        spec.disconnect = DisconnectPolicy(lostAfterSecs: 600)
        let reply = try bench.create(spec)
        try bench.settle([a])
        let b = try bench.addNode("b")
        try bench.live([b], milliseconds: 590_000)
        #expect(bench.cluster.status(of: a) == .unreachable)
        #expect(bench.places(reply.id) == [0: a])
        try bench.live([b], milliseconds: 30_000)
        #expect(bench.places(reply.id) == [0: b])
    }

    /// A replica that was replaced while its node was away, under a policy that keeps the original.
    private func replaced() throws -> (ClusterBench, NodeID, NodeID, DeploymentID) {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        var spec = DeploymentSpec.sample(ports: [PortMapping(containerPort: 80, hostPort: 80)])
        spec.disconnect = DisconnectPolicy(onReconnect: .keep)
        let reply = try bench.create(spec)
        try bench.settle([a])
        let b = try bench.addNode("b")
        try bench.live([b], milliseconds: 180_000)
        #expect(bench.places(reply.id) == [0: b])
        return (bench, a, b, reply.id)
    }

    @Test func whatAnOriginalIsToldOtherwiseIsAnotherRevision() throws {
        var (bench, a, _, id) = try replaced()
        let before = try #require(bench.cluster.document(for: a))
        #expect(before.replicas.map(\.desiredState) == [.running])
        try bench.patch(id) { $0.desiredState = .stopped }
        let after = try #require(bench.cluster.document(for: a))
        #expect(after.replicas.map(\.desiredState) == [.stopped])
        #expect(after.revision > before.revision, "one revision said two things")
    }

    @Test func originalWinsIfItStillRuns() throws {
        var (bench, a, b, id) = try replaced()
        #expect(bench.cluster.document(for: a)?.replicas.count == 1)
        try bench.restart()
        try bench.report(b)
        try bench.report(a)
        #expect(bench.places(id) == [0: a])
        try bench.settle([a, b])
        #expect(bench.places(id) == [0: a])
        #expect(bench.cluster.deployment(id)?.retiring.isEmpty == true)
        #expect(bench.cluster.document(for: b)?.emptiedBy != nil)
    }

    /// The original's node is back and says that it runs an earlier generation, or a probe of it has not passed.
    private func returns(
        _ bench: inout ClusterBench, _ node: NodeID, generation: UInt64, _ verdict: InstanceHealth.Verdict?
    ) throws {
        var report = bench.nextReport(node)
        report.containers[0].generation = generation
        report.containers[0].health = verdict.map { .init(healthy: $0 == .passing, readiness: $0) }
        try bench.apply(.recordReport(.init(nodeID: node, report: report)))
    }

    @Test func replacementThatServesStaysWhenTheOriginalNeverCameToItsGeneration() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        var spec = DeploymentSpec.sample()
        spec.disconnect = DisconnectPolicy(onReconnect: .keep)
        let id = try bench.create(spec).id
        try bench.settle([a])
        // Its node goes away before it is told.
        try bench.patch(id) { $0.container.image = "web:2" }
        #expect(bench.generations(id) == [2])
        let b = try bench.addNode("b")
        try bench.live([b], milliseconds: 180_000)
        #expect(bench.places(id) == [0: b])
        #expect(bench.cluster.deployment(id)?.replicasReady == 1)
        try returns(&bench, a, generation: 1, nil)
        #expect(bench.places(id) == [0: b])
        #expect(bench.cluster.deployment(id)?.replicasReady == 1)
        try bench.settle([a, b])
        #expect(bench.cluster.deployment(id)?.retiring.isEmpty == true)
        #expect(bench.cluster.document(for: a)?.replicas.isEmpty == true)
    }

    @Test func originalIsAwaitedUntilItServesAndGivenUpWhenItCannot() throws {
        var (bench, a, b, id) = try replaced()
        try returns(&bench, a, generation: 1, .pending)
        #expect(bench.places(id) == [0: b])
        #expect(bench.cluster.document(for: a)?.replicas.count == 1)
        var other = bench
        try returns(&bench, a, generation: 1, .passing)
        #expect(bench.places(id) == [0: a])
        try returns(&other, a, generation: 1, .failing)
        #expect(other.places(id) == [0: b])
        #expect(other.cluster.document(for: a)?.replicas.isEmpty == true)
    }

    @Test func originalThatRunsWinsOverAReplacementThatDoesNotServe() throws {
        var (bench, a, b, id) = try replaced()
        try bench.restart()
        try returns(&bench, a, generation: 1, .pending)
        #expect(bench.places(id) == [0: b], "what the replacement does is not known yet")
        bench.slowImages = ["web:1"]
        try bench.report(b)
        bench.slowImages = []
        try returns(&bench, a, generation: 1, .pending)
        #expect(bench.places(id) == [0: a])
    }

    @Test func replacementStaysWhenTheOriginalNoLongerRuns() throws {
        var (bench, a, b, id) = try replaced()
        bench.containers[a] = []
        try bench.report(a)
        #expect(bench.places(id) == [0: b])
        #expect(bench.cluster.document(for: a)?.replicas.isEmpty == true)
        #expect(bench.cluster.document(for: a)?.emptiedBy != nil)
        try bench.settle([a, b])
        #expect(bench.cluster.deployment(id)?.retiring.isEmpty == true)
    }

    @Test func originalThatAnUpdateWentPastDoesNotComeBack() throws {
        var (bench, a, b, id) = try replaced()
        try bench.patch(id) { $0.container.image = "web:2" }
        try bench.settle([b])
        #expect(bench.cluster.deployment(id)?.rollout.phase == .complete)
        try bench.report(a)
        try bench.settle([a, b])
        #expect(bench.places(id) == [0: b])
        #expect(bench.generations(id) == [2])
        #expect(bench.cluster.deployment(id)?.retiring.isEmpty == true)
        #expect(bench.cluster.document(for: a)?.replicas.isEmpty == true)
    }

    /// A document may not change without a revision of its own, and an empty one says who emptied it.
    @Test func documentOfANodeThatIsAwayKeepsItsReplicaHoweverManyGenerationsCome() throws {
        var (bench, a, b, id) = try replaced()
        let before = try #require(bench.cluster.document(for: a))
        for round in 2...20 {
            try bench.patch(id) { $0.container.image = "web:\(round)" }
            try bench.live([b], milliseconds: 2000)
        }
        let after = try #require(bench.cluster.document(for: a))
        #expect(after.revision == before.revision)
        #expect(after.replicas == before.replicas)
        #expect(bench.cluster.revisions(of: id).count == 11)
        try bench.settle([a, b])
        #expect(bench.places(id) == [0: b])
        #expect(bench.cluster.document(for: a)?.replicas.isEmpty == true)
        #expect(bench.cluster.document(for: a)?.emptiedBy != nil)
        try bench.patch(id) { $0.container.image = "web:21" }
        #expect(bench.cluster.revisions(of: id).count == 10)
    }

    @Test func originalOfADeletedDeploymentGoesWhenItsNodeReturns() throws {
        var (bench, a, b, id) = try replaced()
        try bench.apply(.deleteDeployment(.init(id: id, requestID: "d")))
        try bench.settle([a, b])
        #expect(bench.cluster.document(for: a)?.replicas.isEmpty == true)
        #expect(bench.stored.keys.allSatisfy { if case .assignment = $0 { false } else { true } })
    }

    /// Nodes in all, nodes that died while no control plane ran, and whether their replicas move.
    @Test(arguments: [
        (2, 1, true), (3, 1, true), (3, 2, false), (10, 2, true), (10, 4, false), (4, 3, false),
    ])
    func nodesThatNeverReportAreLostWhenHalfOfThemDid(_ all: Int, _ dead: Int, _ moves: Bool) throws {
        var bench = try ClusterBench()
        let nodes = try (0..<all).map { try bench.addNode("n\($0)") }
        let reply = try bench.create(.sample(replicas: all))
        try bench.settle(nodes)
        let before = bench.places(reply.id)
        try bench.restart()
        try bench.live(Array(nodes.dropFirst(dead)), milliseconds: 175_000)
        #expect(bench.places(reply.id) == before)
        #expect(bench.cluster.status(of: nodes[0]) == .unknown)
        try bench.live(Array(nodes.dropFirst(dead)), milliseconds: 400_000)
        #expect((bench.places(reply.id) != before) == moves)
        let status = bench.cluster.status(of: nodes[0])
        #expect(status == (dead * 2 > all ? .unknown : .unreachable))
    }

    @Test func nodeInContactIsNotLostForWantOfAReport() throws {
        var bench = try ClusterBench()
        let nodes = try ["a", "b"].map { try bench.addNode($0) }
        let reply = try bench.create(.sample(replicas: 2))
        try bench.settle(nodes)
        let before = bench.places(reply.id)
        try bench.restart()
        try bench.live([nodes[1]], milliseconds: 170_000)
        try bench.apply(.recordContact(.init(nodeID: nodes[0])))
        try bench.live([nodes[1]], milliseconds: 170_000)
        #expect(bench.cluster.status(of: nodes[0]) == .unknown)
        #expect(bench.places(reply.id) == before)
        try bench.live([nodes[1]], milliseconds: 30_000)
        #expect(bench.cluster.status(of: nodes[0]) == .unreachable)
    }

    @Test func longLostNodesDoNotRaiseTheThreshold() throws {
        var brake = MassLossBrake()
        let start = MonotonicInstant(milliseconds: 0)
        let census = MassLossBrake.Census(present: 25, missing: 75, recentlyMissing: 15, lost: 75)
        #expect(census.threshold == 12)
        #expect(brake.censusTaken(census, at: start, windowMilliseconds: 90_000) == .engaged)
    }

    @Test func suspicionAloneDoesNotEngageTheBrake() throws {
        var brake = MassLossBrake()
        let census = MassLossBrake.Census(present: 0, missing: 10, recentlyMissing: 10, lost: 0)
        let start = MonotonicInstant(milliseconds: 0)
        #expect(brake.censusTaken(census, at: start, windowMilliseconds: 90_000) == .unchanged)
    }

    @Test func goneNodeHearsWhatShallBecomeOfItsContainers() throws {
        var bench = try ClusterBench()
        let a = try bench.addNode("a")
        try bench.apply(.deleteNode(.init(nodeID: a, removesContainers: true, requestID: "d")))
        do throws(Rejection) {
            try bench.apply(.recordContact(.init(nodeID: a)))
            Issue.record("was taken")
        } catch {
            #expect(error.code == .gone)
            #expect(error.tombstone?.removesContainers == true)
        }
    }
}
