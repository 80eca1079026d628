import Model
import Testing

@testable import ClusterCore

/// What each field of a strategy does.
@Suite struct RolloutStrategyTests {
    private func prepare(
        nodes names: [String] = ["a", "b", "c", "d"], replicas: Int = 4, ports: [PortMapping] = [],
        _ strategy: RolloutStrategy
    ) throws -> (ClusterBench, [NodeID], DeploymentID) {
        var bench = try ClusterBench()
        let nodes = try names.map { try bench.addNode($0) }
        let reply = try bench.create(.sample(replicas: replicas, ports: ports, strategy: strategy))
        try bench.settle(nodes)
        #expect(bench.cluster.deployment(reply.id)?.rollout.phase == .complete)
        return (bench, nodes, reply.id)
    }

    @Test(arguments: [(1, 1, 4), (2, 2, 2), (3, 3, 2), (9, 4, 1)])
    func maxUnavailableBoundsWhatIsDownAtOnce(_ most: Int, _ atOnce: Int, _ waves: Int) throws {
        var (bench, nodes, id) = try prepare(RolloutStrategy(maxUnavailable: most, healthyAfterSecs: 0))
        try bench.patch(id) { $0.container.image = "web:2" }
        #expect(bench.generations(id).count { $0 == 2 } == atOnce)
        var steps = 1
        while bench.generations(id).contains(1) {
            let before = bench.generations(id).count { $0 == 2 }
            for node in nodes { try bench.obey(node) }
            try bench.tick()
            #expect(bench.generations(id).count { $0 == 2 } - before <= most)
            steps += 1
            if steps > 10 { break }
        }
        #expect(steps == waves)
    }

    @Test(arguments: [0, 5, 20])
    func stepIsDoneWhenTheReplicaWasHealthyForLongEnough(_ seconds: Int) throws {
        var (bench, nodes, id) = try prepare(RolloutStrategy(healthyAfterSecs: 0, gateSecs: 30))
        try bench.patch(id) {
            $0.strategy.healthyAfterSecs = seconds
            $0.container.image = "web:2"
        }
        #expect(bench.cluster.deployment(id)?.rollout.step == "1 replica to become healthy")
        for node in nodes { try bench.obey(node) }
        try bench.tick()
        #expect(bench.generations(id) == (seconds == 0 ? [2, 2, 1, 1] : [2, 1, 1, 1]))
        guard seconds > 0 else { return }
        #expect(
            bench.cluster.deployment(id)?.rollout.step
                == "1 replica serves already and counts after \(seconds) s")
        let due = try #require(bench.cluster.workDue)
        #expect(due == bench.now.adding(milliseconds: Int64(seconds) * 1000).monotonic)
        bench.pass(milliseconds: Int64(seconds) * 1000 - 1)
        try bench.tick()
        #expect(bench.generations(id) == [2, 1, 1, 1])
        bench.pass(milliseconds: 1)
        try bench.tick()
        #expect(bench.generations(id) == [2, 2, 1, 1])
    }

    @Test func anotherRunBeginsTheHealthyTimeAnew() throws {
        var (bench, nodes, id) = try prepare(RolloutStrategy(healthyAfterSecs: 10))
        #expect(bench.cluster.deployment(id)?.rollout.phase == .complete)
        try bench.patch(id) { $0.container.image = "web:2" }
        for node in nodes { try bench.obey(node) }
        bench.pass(milliseconds: 9000)
        bench.brokenImages = []
        bench.slowImages = ["web:2"]
        for node in nodes { try bench.obey(node) }
        bench.slowImages = []
        for node in nodes { try bench.obey(node) }
        bench.pass(milliseconds: 9000)
        try bench.tick()
        #expect(bench.generations(id) == [2, 1, 1, 1])
        bench.pass(milliseconds: 1000)
        try bench.tick()
        #expect(bench.generations(id) == [2, 2, 1, 1])
    }

    @Test func noProgressUntilTheDeadlineFailsAndGoesBack() throws {
        let strategy = RolloutStrategy(healthyAfterSecs: 0, deadlineSecs: 60)
        var (bench, nodes, id) = try prepare(strategy)
        let before = try #require(bench.cluster.deploymentRow(id)?.spec)
        bench.slowImages = ["web:slow"]
        try bench.patch(id) { $0.container.image = "web:slow" }
        for _ in 0..<5 {
            for node in nodes { try bench.obey(node) }
            bench.pass(milliseconds: 10_000)
            try bench.tick()
        }
        #expect(bench.generations(id) == [2, 1, 1, 1])
        for node in nodes { try bench.obey(node) }
        bench.pass(milliseconds: 10_000)
        try bench.tick()
        try bench.settle(nodes)
        let view = try #require(bench.cluster.deployment(id))
        #expect(view.rollout.phase == .rolledBack)
        #expect(view.rollout.reason?.hasPrefix("no progress for 60 s; replica 0 on node") == true)
        #expect(view.row.spec == before)
        #expect(bench.generations(id) == [3, 3, 3, 3])
    }

    @Test func firstGenerationThatIsLateFailsAndRecoversByItself() throws {
        var bench = try ClusterBench()
        let node = try bench.addNode("a")
        bench.slowImages = ["web:1"]
        let strategy = RolloutStrategy(healthyAfterSecs: 0, deadlineSecs: 60)
        let id = try bench.create(.sample(replicas: 2, strategy: strategy)).id
        for _ in 0..<8 {
            try bench.obey(node)
            bench.pass(milliseconds: 10_000)
            try bench.tick()
        }
        #expect(bench.cluster.deployment(id)?.rollout.phase == .failed)
        #expect(bench.cluster.deployment(id)?.row.generation == 1)
        bench.slowImages = []
        try bench.settle([node], rounds: 2)
        #expect(bench.cluster.deployment(id)?.rollout.phase == .complete)
        #expect(bench.cluster.deployment(id)?.conditions.isEmpty == true)
        #expect(bench.cluster.deployment(id)?.status == .running)
    }

    @Test func silentNodesDoNotLetTheDeadlinePass() throws {
        var (bench, nodes, id) = try prepare(
            nodes: ["a", "b"], replicas: 2, RolloutStrategy(healthyAfterSecs: 0, deadlineSecs: 60))
        try bench.patch(id) { $0.container.image = "web:2" }
        try bench.restart()
        for _ in 0..<20 {
            bench.pass(milliseconds: 10_000)
            try bench.tick()
        }
        #expect(bench.cluster.deployment(id)?.rollout.phase == .progressing)
        try bench.settle(nodes)
        #expect(bench.cluster.deployment(id)?.rollout.phase == .complete)
        #expect(bench.generations(id) == [2, 2])
    }

    @Test func rejectedGenerationFailsAtOnceAndTheOldSpecIsRestored() throws {
        var (bench, nodes, id) = try prepare(RolloutStrategy(healthyAfterSecs: 0))
        let before = try #require(bench.cluster.deploymentRow(id)?.spec)
        bench.rejectedImages = ["web:bad"]
        try bench.patch(id) {
            $0.container.image = "web:bad"
            $0.container.env = ["A": "1"]
            $0.labels = ["a": "b"]
        }
        for node in nodes { try bench.obey(node) }
        #expect(bench.effects.contains(.tickWanted) || bench.cluster.hasWork)
        try bench.tick()
        let view = try #require(bench.cluster.deployment(id))
        #expect(view.row.spec == before)
        #expect(view.row.generation == 3)
        #expect(view.rollout.phase == .rollingBack)
        #expect(view.rollout.restoredFrom == 1)
        #expect(view.conditions.contains { $0.type == "rolled_back" && $0.message.contains("health gate") })
        #expect(
            bench.events.contains {
                if case .rolloutChanged(id, 2, .failed, _) = $0 { true } else { false }
            })
        try bench.settle(nodes)
        #expect(bench.generations(id) == [3, 3, 3, 3])
        #expect(bench.cluster.deployment(id)?.rollout.phase == .rolledBack)
        #expect(bench.cluster.deployment(id)?.status == .running)
        let images = nodes.flatMap { bench.cluster.document(for: $0)?.replicas ?? [] }.map(\.container.image)
        #expect(images == ["web:1", "web:1", "web:1", "web:1"])
    }

    @Test func goingBackKeepsTodaysNameCountStateAndStrategy() throws {
        var (bench, nodes, id) = try prepare(RolloutStrategy(healthyAfterSecs: 0))
        bench.rejectedImages = ["web:bad"]
        try bench.patch(id) {
            $0.container.image = "web:bad"
            $0.name = "renamed"
            $0.replicas = 3
            $0.strategy.maxUnavailable = 2
        }
        try bench.settle(nodes)
        let spec = try #require(bench.cluster.deploymentRow(id)?.spec)
        #expect(spec.container.image == "web:1")
        #expect(spec.name == "renamed")
        #expect(spec.replicas == 3)
        #expect(spec.strategy.maxUnavailable == 2)
    }

    @Test func withoutAutoRollbackTheWaveStaysStopped() throws {
        var (bench, nodes, id) = try prepare(RolloutStrategy(healthyAfterSecs: 0, autoRollback: false))
        bench.rejectedImages = ["web:bad"]
        try bench.patch(id) { $0.container.image = "web:bad" }
        try bench.settle(nodes)
        #expect(bench.generations(id) == [2, 1, 1, 1])
        #expect(bench.cluster.deployment(id)?.rollout.phase == .failed)
        #expect(bench.cluster.deployment(id)?.status == .failed)
        #expect(bench.cluster.deployment(id)?.conditions.map(\.type) == ["rollout_failed"])
        try bench.restart()
        try bench.settle(nodes)
        #expect(bench.generations(id) == [2, 1, 1, 1])
        bench.rejectedImages = []
        try bench.apply(.resumeDeployment(.init(id: id, requestID: "resume")))
        try bench.settle(nodes)
        #expect(bench.generations(id) == [3, 3, 3, 3])
        #expect(bench.cluster.deployment(id)?.rollout.phase == .complete)
    }

    @Test func goingBackIsNotGoneBackFrom() throws {
        var (bench, nodes, id) = try prepare(RolloutStrategy(healthyAfterSecs: 0))
        bench.brokenImages = ["web:1", "web:2"]
        try bench.patch(id) { $0.container.image = "web:2" }
        try bench.settle(nodes, rounds: 30)
        let view = try #require(bench.cluster.deployment(id))
        #expect(view.row.generation == 3)
        #expect(view.rollout.phase == .failed)
        #expect(view.row.spec.container.image == "web:1")
    }

    @Test func recreateStopsEveryOldReplicaBeforeAnyNewOneStarts() throws {
        var (bench, nodes, id) = try prepare(
            RolloutStrategy(kind: .recreate, order: .startFirst, healthyAfterSecs: 0, gateSecs: 9))
        let states = { (bench: ClusterBench) in
            nodes.flatMap { bench.cluster.document(for: $0)?.replicas ?? [] }.map(\.desiredState)
        }
        try bench.patch(id) { $0.container.image = "web:2" }
        #expect(bench.generations(id) == [1, 1, 1, 1])
        #expect(states(bench) == [.stopped, .stopped, .stopped, .stopped])
        for node in nodes.dropLast() { try bench.obey(node) }
        try bench.tick()
        #expect(bench.generations(id) == [1, 1, 1, 1])
        #expect(bench.cluster.deployment(id)?.rollout.step == "1 replica to stop before any starts anew")
        if let last = nodes.last { try bench.obey(last) }
        try bench.tick()
        #expect(bench.generations(id) == [2, 2, 2, 2])
        #expect(states(bench) == [.running, .running, .running, .running])
        let told = try #require(bench.cluster.document(for: nodes[0])?.replicas.first?.strategy)
        #expect(told.order == .stopFirst)
        #expect(told.gateSecs == 9)
        try bench.settle(nodes)
        #expect(bench.cluster.deployment(id)?.rollout.phase == .complete)
    }

    @Test func aPinDuringARecreationIsADecisionForEveryNode() throws {
        var (bench, nodes, id) = try prepare(RolloutStrategy(kind: .recreate, healthyAfterSecs: 0))
        try bench.patch(id) { $0.container.image = "web:2" }
        for node in nodes { try bench.obey(node) }
        try bench.tick()
        #expect(bench.generations(id) == [2, 2, 2, 2])
        bench.digests = ["web:2": "web@sha256:" + String(repeating: "ab", count: 32)]
        let before = try #require(bench.cluster.headRevision(of: nodes[1]))
        try bench.obey(nodes[0])
        #expect(bench.cluster.deployment(id)?.rollout.pinned == true)
        #expect(bench.cluster.headRevision(of: nodes[1]) == before + 1)
    }

    @Test(arguments: [true, false]) func recreationThatFitsNowhereStopsNothingForGood(_ goesBack: Bool) throws
    {
        var (bench, nodes, id) = try prepare(
            RolloutStrategy(
                kind: .recreate, healthyAfterSecs: 0, deadlineSecs: 30, autoRollback: goesBack))
        try bench.patch(id) {
            $0.container.image = "web:2"
            $0.constraints = Constraints(os: "plan9")
        }
        try bench.settle(nodes)
        #expect(bench.cluster.deployment(id)?.replicasReady == 0)
        #expect(bench.cluster.workDue != nil)
        try bench.settle(nodes, rounds: 40)
        let view = try #require(bench.cluster.deployment(id))
        #expect(view.replicasReady == 4)
        #expect(view.rollout.phase == (goesBack ? .rolledBack : .failed))
        let reason = try #require(view.rollout.reason)
        #expect(reason.hasPrefix("no progress for 30 s; replica 0 was stopped for the update: "), "\(reason)")
        #expect(reason.contains("plan9"), "\(reason)")
    }

    @Test func recreationWhoseOldReplicasDoNotStopIsGivenUp() throws {
        var (bench, nodes, id) = try prepare(
            RolloutStrategy(
                kind: .recreate, healthyAfterSecs: 0, deadlineSecs: 30, autoRollback: false))
        try bench.patch(id) { $0.container.image = "web:2" }
        for node in nodes.dropLast() { try bench.obey(node) }
        for _ in 0..<32 {
            for node in nodes { try bench.report(node) }
            try bench.tick()
            bench.pass(milliseconds: 1000)
        }
        let view = try #require(bench.cluster.deployment(id))
        #expect(view.rollout.phase == .failed)
        #expect(view.rollout.reason?.hasSuffix("1 replica did not stop") == true, "\(view.rollout)")
        try bench.settle(nodes)
        #expect(bench.cluster.deployment(id)?.replicasReady == 4)
        #expect(bench.generations(id) == [1, 1, 1, 1])
    }

    @Test func pausedRecreationRunsWhatItHasAndABrokenOneGoesBack() throws {
        var (bench, nodes, id) = try prepare(RolloutStrategy(kind: .recreate, healthyAfterSecs: 0))
        try bench.patch(id) { $0.container.image = "web:2" }
        let before = try #require(bench.cluster.headRevision(of: nodes[0]))
        try bench.apply(.pauseDeployment(.init(id: id, requestID: "pause")))
        #expect(bench.cluster.document(for: nodes[0])?.replicas.map(\.desiredState) == [.running])
        #expect(bench.cluster.headRevision(of: nodes[0]) == before + 1)
        bench.brokenImages = ["web:2"]
        try bench.apply(.resumeDeployment(.init(id: id, requestID: "resume")))
        try bench.settle(nodes)
        #expect(bench.cluster.deployment(id)?.rollout.phase == .rolledBack)
        #expect(bench.cluster.deployment(id)?.replicasReady == 4)
    }

    @Test(arguments: RolloutStrategy.Order.allCases)
    func orderReachesTheAgentAtOnce(_ order: RolloutStrategy.Order) throws {
        var (bench, nodes, id) = try prepare(nodes: ["a"], RolloutStrategy(healthyAfterSecs: 0))
        let before = try #require(bench.cluster.headRevision(of: nodes[0]))
        #expect(try bench.patch(id) { $0.strategy.order = order }.generation == 1)
        #expect(bench.cluster.document(for: nodes[0])?.replicas.first?.strategy.order == order)
        #expect(bench.cluster.headRevision(of: nodes[0]) == (order == .auto ? before : before + 1))
    }
}
