import ClusterCore
import Model

/// One update of one deployment in a cluster that is well but for one outage of its control plane.
extension Simulation {
    /// What is updated, and to what.
    struct Update: Sendable {
        static let replicas = 6

        var image: String
        var autoRollback: Bool
    }

    /// Declares, waits until all is right, updates, and waits for the end of it; what it came to, if to anything.
    func run(_ update: Update) -> ClusterCore.DeploymentView? {
        world.isChaotic = false
        controlPlane.start()
        for agent in agents { world.after(world.between(0, 2000)) { agent.start() } }
        watch()
        world.run(8000)
        let strategy = RolloutStrategy(
            maxUnavailable: 2, healthyAfterSecs: 1, gateSecs: 4, deadlineSecs: 60,
            autoRollback: update.autoRollback)
        var spec = DeploymentSpec(
            name: "web", container: ContainerSpec(image: Image.good[0]), replicas: Update.replicas)
        spec.placement = PlacementHints(spread: true)
        spec.strategy = strategy
        controlPlane.apply(.createDeployment(CreateDeployment(spec: spec, requestID: "create"))) { _ in }
        awaitPhase(.complete)
        // That it is complete may have been decided just now; it is to be stored.
        world.run(100)
        outages.start()
        spec.container.image = update.image
        guard let id = controlPlane.core?.deploymentID(named: "web") else { return nil }
        patch(PatchDeployment(id: id, spec: spec, requestID: "patch"))
        awaitPhase(.complete, .rolledBack, .failed)
        world.run(10_000)
        return controlPlane.core?.deployment(id)
    }

    /// Gives a command until it was answered: one that was not may be lost.
    private func patch(_ command: PatchDeployment) {
        var isDone = false
        while world.violation == nil, !isDone {
            controlPlane.apply(.patchDeployment(command)) { answer in
                if case .done = answer { isDone = true }
            }
            world.run(500)
        }
    }

    /// Lets time pass until the update is over one way or another and nothing is wrong any more.
    private func awaitPhase(_ phases: RolloutView.Phase...) {
        var rest: Int64 = Self.quietMilliseconds
        while world.violation == nil, rest > 0 {
            world.run(1000)
            rest -= 1000
            guard let core = controlPlane.core, let id = core.deploymentID(named: "web"),
                let phase = core.deployment(id)?.rollout.phase, phases.contains(phase)
            else { continue }
            if findProblems().isEmpty { return }
        }
    }
}
