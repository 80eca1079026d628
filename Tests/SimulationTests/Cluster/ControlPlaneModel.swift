import Model
import TestKit

@testable import ClusterCore

/// The control plane's shell: the core, the database and the commit barrier between it and everybody else.
final class ControlPlaneModel {
    static let settings: ClusterSettings = {
        var settings = ClusterSettings(
            heartbeatIntervalMilliseconds: 3000, heartbeatStaleMilliseconds: 9000,
            portRange: 30_000...30_011)
        settings.configPayloadBytes = 60
        return settings
    }()

    struct Held {
        var sequence: UInt64
        var release: () -> Void
        var fail: () -> Void
    }

    let world: World
    let inspector: Inspector
    let store: StoreModel
    private(set) var core: Cluster?
    private(set) var life = 0
    private var ids: SeededRandom
    /// The newest outcome with rows.
    private(set) var sequence: UInt64 = 0
    private var held: [Held] = []
    private var isTickDue = false
    /// Whether the database says that it was restored, and another history is to begin.
    private var isRestored = false
    var polls: [NodeID: [Poll]] = [:]
    /// The generation that each placement was told last.
    var told: [AssignmentID: UInt64] = [:]
    /// Told of every step that an update takes.
    var reached: (UpdateStep) -> Void = { _ in }

    init(_ world: World, _ inspector: Inspector) {
        self.world = world
        self.inspector = inspector
        ids = SeededRandom(seed: world.seed &* 31)
        let meta = MetaRow(
            epoch: Epoch(UUIDValue(high: 9, low: 9)), createdAt: world.moment.wall)
        store = StoreModel(world, meta: meta)
        store.stored = { [inspector] in inspector.stored($0) }
    }

    var isUp: Bool { core != nil }

    // MARK: life and death

    func start() {
        guard core == nil else { return }
        world.note("control plane starts")
        load()
        repeatTick(life)
    }

    func crash() {
        guard core != nil else { return }
        world.note("control plane dies at \(store.committed) of \(sequence)")
        life += 1
        core = nil
        held = []
        polls = [:]
        store.crashed()
    }

    /// An older database is put in place of the present one while nothing runs.
    func restore(_ copy: [RowKey: Row], beginsHistory: Bool) {
        store.restore(copy)
        isRestored = beginsHistory
        inspector.restored(store)
    }

    /// Restarts from what is stored; also after a failed commit, when the process stays.
    private func load() {
        do {
            core = try Cluster(loading: store.snapshot(), settings: Self.settings)
        } catch {
            return world.fail("stored rows do not load: \(error)")
        }
        sequence = store.committed
        isTickDue = false
        inspector.loaded(store, world.now)
        if world.bug == .takesUnknownNodesForKnown { believeStoredNodes() }
        if isRestored { apply(.beginHistory(requestID: "restored")) { [self] _ in isRestored = false } }
        for effect in core?.resumed(now: world.moment) ?? [] { perform(effect) }
    }

    private func believeStoredNodes() {
        for case .nodeSeen(let row) in store.rows.values.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            apply(.recordReport(RecordReport(nodeID: row.nodeID, report: NodeReport(isFull: false)))) { _ in }
        }
    }

    private func repeatTick(_ life: Int) {
        world.after(1000) { [self] in
            guard life == self.life, core != nil else { return }
            apply(.tick) { _ in }
            repeatTick(life)
        }
    }

    // MARK: commands

    /// Carries a command out; the answer comes when everything it depends on is stored.
    func apply(_ command: Command, _ answer: @escaping (OperatorAnswer) -> Void) {
        do throws(Rejection) {
            guard var outcome = try core?.apply(command, now: world.moment, ids: &ids) else { return }
            if world.bug == .freesRetiringPortsAtOnce { forgetRetiring(&outcome) }
            if let step = Step(command, outcome.reply, core) { world.tally.count(step) }
            take(outcome)
            hold({ answer(.done(outcome.reply)) }, fail: { answer(.unavailable) })
        } catch {
            world.tally.count(Step(error.code))
            if error.code == .internalFault { world.fail("the core distrusts itself: \(error)") }
            hold({ answer(.refused(error)) }, fail: { answer(.unavailable) })
        }
    }

    private func take(_ outcome: Outcome) {
        if !outcome.rowChanges.isEmpty {
            sequence += 1
            if let core { inspector.decided(outcome.rowChanges, core, sequence: sequence, at: world.now) }
            store.append(sequence, outcome.rowChanges) { [self] in committed($0) }
        }
        for case .event(.replicaAdvanced(let id, replica: let replica, generation: let generation)) in outcome
            .effects
        {
            let step = UpdateStep(.decided, id, generation, replica: replica)
            reached(step)
            hold({ [self] in reached(step.after(.stored)) }, fail: {})
        }
        for effect in outcome.effects {
            if case .event(let event) = effect { happened(event) }
            hold({ [self] in perform(effect) }, fail: {})
        }
        if case .deployment(let reply) = outcome.reply {
            for refusal in reply.unplaced.flatMap(\.refusals) { world.tally.count(Step(refusal.filter)) }
        }
    }

    private func happened(_ event: ClusterEvent) {
        world.tally.count(Step(event))
        world.note("event: \(event)")
        switch event {
        case .historyLost where world.hasRestore: break
        case .planRefused, .historyLost: world.fail("must not happen: \(event)")
        case .replicaPlaced(let id, replica: _, node: _):
            guard let spec = core?.deploymentRow(id)?.spec else { return }
            if spec.mode == .perNode { world.tally.count(.placedPerNode) }
            if !spec.container.volumes.isEmpty { world.tally.count(.placedWithVolume) }
        case .rolloutChanged(let id, generation: let generation, phase: let phase, reason: _):
            PartlyBad.count(id, generation, phase, self)
            if phase == .failed { reached(UpdateStep(.failed, id, generation)) }
        default: break
        }
    }

    /// A bug: the rows of retiring placements go away with the command that retires them.
    private func forgetRetiring(_ outcome: inout Outcome) {
        for change in outcome.rowChanges {
            guard case .put(.assignment(let row)) = change.kind, case .retiring = row.phase else { continue }
            core?.tables.replace(.assignment(row.id), with: nil)
            outcome.rowChanges.append(RowChange(.delete(.assignment(row.id)), durability: .decision))
        }
    }

    // MARK: the barrier

    /// Lets something out once all that it may depend on is stored.
    func hold(_ release: @escaping () -> Void, fail: @escaping () -> Void) {
        if world.bug == .answersBeforeCommit { return release() }
        guard store.committed < sequence else { return release() }
        held.append(Held(sequence: sequence, release: release, fail: fail))
    }

    private func committed(_ isStored: Bool) {
        guard isStored else { return reload() }
        if !world.awaitsFirstWords, world.strikes(.crashBetweenCommitAndEffects, perMille: 3) {
            crash()
            return world.after(world.between(100, 3000)) { [self] in start() }
        }
        let ready = held.prefix { $0.sequence <= store.committed }
        held.removeFirst(ready.count)
        // What is let out may be the last that it does.
        let life = life
        for item in ready where life == self.life { item.release() }
    }

    /// The disk refused: everything not stored never happened.
    private func reload() {
        world.note("commit failed, reloading")
        let failed = held
        held = []
        store.drop()
        for item in failed { item.fail() }
        load()
    }

    private func perform(_ effect: Effect) {
        world.tally.count(Step(effect))
        switch effect {
        case .desiredStateChanged(let node): answerPolls(of: node)
        case .tickWanted: tickSoon()
        case .deploymentChanged, .nodeChanged, .event: break
        }
    }

    private func tickSoon() {
        guard !isTickDue else { return }
        isTickDue = true
        let life = life
        world.after(5) { [self] in
            guard life == self.life, core != nil else { return }
            isTickDue = false
            apply(.tick) { _ in }
        }
    }
}
