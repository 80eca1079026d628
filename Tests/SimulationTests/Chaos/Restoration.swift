import ClusterCore
import Model

/// Puts an older database in place of the present one, once in some runs, and confirms as an operator would.
///
/// Half of them come back as `fledx-cp restore` leaves them, with another history from the first change on; the others
/// were copied back by hand, and only the agents' words show that they are old.
final class Restoration {
    /// Of a hundred runs, how many have one.
    static let share = 30

    private let world: World
    private let controlPlane: ControlPlaneModel
    private let agents: [AgentModel]
    private var request = 0

    init(_ world: World, _ controlPlane: ControlPlaneModel, _ agents: [AgentModel]) {
        self.world = world
        self.controlPlane = controlPlane
        self.agents = agents
    }

    /// Decides whether, and when.
    func start() {
        guard world.chance(Self.share) else { return }
        world.hasRestore = true
        world.after(world.between(8000, 20_000)) { [self] in keepCopy() }
    }

    /// A copy is good for every node: each was believed once, so that no secret gets lost with what comes later.
    private func keepCopy() {
        guard world.isChaotic, agents.allSatisfy(\.files.isProven) else { return }
        let copy = controlPlane.store.copy()
        world.note("a copy of the database is kept")
        world.after(world.between(2000, 15_000)) { [self] in
            guard world.isChaotic else { return }
            let isCommand = world.chance(50)
            world.happened(isCommand ? .databaseRestored : .databaseCopiedBack)
            controlPlane.crash()
            controlPlane.restore(copy, beginsHistory: isCommand)
            world.awaitsFirstWords = !isCommand
            world.replacements += 1
            if !isCommand { controlPlane.inspector.overtook(agents) }
            world.after(world.between(50, 4000)) { [controlPlane] in controlPlane.start() }
        }
    }

    /// The operator looks again and again, and lets every held node go on.
    func calm() {
        guard world.hasRestore, !world.isChaotic else { return }
        world.after(2000) { [self] in
            confirm()
            calm()
        }
    }

    private func confirm() {
        guard let core = controlPlane.core else { return }
        let held = core.history().nodes.filter(\.isHeld)
        for epoch in Set(held.compactMap(\.epoch)).sorted() {
            request += 1
            let concerned = Set(held.filter { $0.epoch == epoch }.map(\.nodeID))
            controlPlane.inspector.confirmed(agents.filter { concerned.contains($0.id) }, core)
            let command = ConfirmHistory(epoch: epoch, requestID: "confirm\(request)")
            controlPlane.apply(.confirmHistory(command)) { _ in }
        }
    }
}
