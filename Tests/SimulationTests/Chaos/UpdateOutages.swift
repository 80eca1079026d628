import Model

@testable import ClusterCore

/// Takes the control plane away at each step of rolling updates, in some runs, and brings it back.
final class UpdateOutages {
    /// Of a hundred runs, how many have them.
    static let share = 40
    /// How often in a run it goes at one stage.
    static let most = 2

    private let world: World
    private let controlPlane: ControlPlaneModel
    private let agents: [AgentModel]
    /// The stage at which it goes for certain, once; nil leaves all to chance.
    private let always: UpdateStep.Stage?
    private(set) var count: [UpdateStep.Stage: Int] = [:]
    /// What was seen before is no news when a node says it again.
    private var seen: Set<UpdateStep> = []

    init(
        _ world: World, _ controlPlane: ControlPlaneModel, _ agents: [AgentModel], always: UpdateStep.Stage?
    ) {
        self.world = world
        self.controlPlane = controlPlane
        self.agents = agents
        self.always = always
    }

    /// Listens from now on; by chance, there are updates that come to an end.
    func start() {
        controlPlane.reached = { [weak self] in self?.reached($0) }
        guard always == nil else { return }
        world.hasUpdates = true
        for number in 0..<Updater.count { Updater(number, world, controlPlane, agents).start() }
    }

    private func reached(_ step: UpdateStep) {
        guard isAtWork, let row = updated(by: step) else { return }
        switch step.stage {
        case .decided, .switched: strike(step, within: 0)
        case .stored: strikeAtOnce(step)
        case .sent: strike(row.rollout.rollback == nil ? step : step.after(.rollbackSent), within: 0)
        case .reported:
            strike(step, within: 0)
            world.after(world.between(0, 1500)) { [self] in standsBetweenWaves(step) }
        case .failed: strike(row.rollout.rollback == nil ? step : step.after(.rollingBack), within: 10)
        case .betweenWaves, .rollingBack, .rollbackSent: break
        }
    }

    private var isAtWork: Bool { world.isChaotic || always != nil }

    /// The declaration, if a step belongs to a rolling update of something that worked.
    private func updated(by step: UpdateStep) -> DeploymentRow? {
        guard let row = controlPlane.core?.deploymentRow(step.deployment), let good = row.rollout.lastGood,
            row.spec.strategy.kind == .rolling, row.spec.desiredState == .running
        else { return nil }
        if step.stage == .failed { return row }
        return row.generation == step.generation && good != step.generation && row.rollout.isMoving
            ? row : nil
    }

    private func standsBetweenWaves(_ step: UpdateStep) {
        guard let row = updated(by: step), let core = controlPlane.core,
            core.tables.outdated.contains(row.id), core.triedPlacements(of: row).allSatisfy(core.isReady)
        else { return }
        strikeAtOnce(step.after(.betweenWaves))
    }

    private func strike(_ step: UpdateStep, within milliseconds: Int64) {
        guard isTaken(step) else { return }
        world.after(milliseconds > 0 ? world.between(0, milliseconds) : 0) { [self] in takeAway(step) }
    }

    private func strikeAtOnce(_ step: UpdateStep) { if isTaken(step) { takeAway(step) } }

    private func isTaken(_ step: UpdateStep) -> Bool {
        if let always { return step.stage == always && count[always] == nil }
        guard seen.insert(step).inserted, count[step.stage, default: 0] < Self.most else { return false }
        // Few updates fail; none of them is to be missed.
        let isRare = [.betweenWaves, .failed, .rollingBack, .rollbackSent].contains(step.stage)
        return isRare || world.chance(25)
    }

    private func takeAway(_ step: UpdateStep) {
        guard isAtWork, controlPlane.isUp, !world.awaitsFirstWords else { return }
        count[step.stage, default: 0] += 1
        world.happened(Fault(step.stage))
        controlPlane.crash()
        let duration = world.between(50, world.chance(20) ? 12_000 : 2500)
        world.after(duration) { [controlPlane] in controlPlane.start() }
    }
}

extension Fault {
    /// The control plane goes away when an update stands there.
    init(_ stage: UpdateStep.Stage) {
        switch stage {
        case .decided: self = .awayWhenDecided
        case .stored: self = .awayWhenStored
        case .sent: self = .awayWhenSent
        case .switched: self = .awayWhenSwitched
        case .reported: self = .awayWhenReported
        case .betweenWaves: self = .awayBetweenWaves
        case .failed: self = .awayWhenFailed
        case .rollingBack: self = .awayWhenRollingBack
        case .rollbackSent: self = .awayWhenRollbackSent
        }
    }
}
