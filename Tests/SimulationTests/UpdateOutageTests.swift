import ClusterCore
import Model
import Testing

/// The control plane goes away at each step of an update and comes back: the update ends as if it had not.
@Suite struct UpdateOutageTests {
    /// What every update reaches; one that its first wave ends has nothing between waves.
    private static let steps: [UpdateStep.Stage] = [.decided, .stored, .sent, .switched, .reported]

    @Test(arguments: steps + [.betweenWaves])
    func aGoodImageGetsEverywhere(_ stage: UpdateStep.Stage) throws {
        for seed in UInt64(1)...4 {
            let view = try end(of: .init(image: Image.good[1], autoRollback: true), stage, seed)
            #expect(view.rollout.phase == .complete, "seed \(seed)")
            #expect(view.row.generation == 2)
            #expect(view.instances.allSatisfy { $0.isReady && $0.generation == 2 })
        }
    }

    @Test(arguments: steps + [.rollingBack, .rollbackSent])
    func anImageThatWorksOnSomeNodesOnlyIsRolledBack(_ stage: UpdateStep.Stage) throws {
        for seed in UInt64(1)...4 {
            let view = try end(of: .init(image: Image.partly, autoRollback: true), stage, seed)
            #expect(view.rollout.phase == .rolledBack, "seed \(seed)")
            #expect(view.row.spec.container.image == Image.good[0])
            #expect(view.instances.allSatisfy { $0.isReady && $0.generation == 3 })
        }
    }

    @Test(arguments: steps + [.failed])
    func withoutRollbackWhatWorksStaysAndTheRestServesAsBefore(_ stage: UpdateStep.Stage) throws {
        for seed in UInt64(1)...4 {
            let view = try end(of: .init(image: Image.partly, autoRollback: false), stage, seed)
            #expect(view.rollout.phase == .failed, "seed \(seed)")
            #expect(view.row.generation == 2)
            #expect(view.instances.contains { $0.generation == 2 })
            #expect(view.instances.contains { $0.isReady && $0.generation == 1 })
        }
    }

    /// Runs an update; it must have been disturbed, and nothing may have been broken.
    private func end(
        of update: Simulation.Update, _ stage: UpdateStep.Stage, _ seed: UInt64
    ) throws -> ClusterCore.DeploymentView {
        let simulation = Simulation(seed: seed, stage: stage)
        defer { simulation.end() }
        let view = try #require(simulation.run(update))
        #expect(simulation.world.violation == nil, "seed \(seed)")
        #expect(simulation.outages.count[stage] == 1, "seed \(seed)")
        #expect(view.instances.count == Simulation.Update.replicas)
        return view
    }
}
