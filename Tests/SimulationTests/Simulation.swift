import Model

/// One run: a control plane, its nodes, an operator and bad luck, all from one seed; then a quiet time in which
/// everything must come right.
final class Simulation {
    static let nodes = 20
    /// Milliseconds of virtual time in which things go wrong.
    static let chaosMilliseconds: Int64 = 45_000
    /// The longest virtual time until everything must be right again: the longest back-off is a minute.
    static let quietMilliseconds: Int64 = 240_000

    let world: World
    let inspector: Inspector
    let controlPlane: ControlPlaneModel
    let agents: [AgentModel]
    private let operators: Operator
    private let faults: FaultSource
    private let network: NetworkModel
    private let restoration: Restoration
    let outages: UpdateOutages
    private let absence: Absence
    private let rollouts: RolloutOperator
    private let crowding: Crowding
    private let reloads: ReloadOperator

    /// `stage` lets an update, and nothing else, go wrong there.
    init(seed: UInt64, bug: Bug? = nil, isTracing: Bool = false, stage: UpdateStep.Stage? = nil) {
        world = World(seed: seed, bug: bug, isTracing: isTracing)
        inspector = Inspector(world)
        controlPlane = ControlPlaneModel(world, inspector)
        network = NetworkModel(world, controlPlane)
        agents = (0..<Self.nodes).map { [world, inspector, network] in
            AgentModel(world, number: $0, inspector, network)
        }
        operators = Operator(world, controlPlane, agents)
        faults = FaultSource(world, controlPlane, network, agents)
        restoration = Restoration(world, controlPlane, agents)
        absence = Absence(world, controlPlane, network, agents)
        rollouts = RolloutOperator(world, controlPlane)
        crowding = Crowding(world, controlPlane, agents)
        reloads = ReloadOperator(world, controlPlane, agents)
        outages = UpdateOutages(world, controlPlane, agents, always: stage)
    }

    /// Runs to the end or to the first broken invariant.
    func run() -> SimulationResult {
        begin()
        world.run(Self.chaosMilliseconds)
        let settled = settle()
        end()
        return SimulationResult(
            seed: world.seed, violation: world.violation, tally: world.tally, digest: world.digest,
            settledAfter: settled, lines: world.lines)
    }

    private func begin() {
        controlPlane.start()
        for agent in agents { world.after(world.between(0, 2000)) { agent.start() } }
        world.after(1000) { [operators] in operators.start() }
        world.after(3000) { [faults] in faults.start() }
        restoration.start()
        rollouts.start()
        crowding.start()
        reloads.start()
        if world.chance(UpdateOutages.share) {
            outages.start()
        } else if world.chance(Absence.share) {
            absence.start()
        }
        watch()
    }

    func watch() {
        world.after(1000) { [self] in
            inspector.lookForDuplicates(agents)
            if let core = controlPlane.core { inspector.checkRooms(core) }
            watch()
        }
    }

    /// Everything is repaired, and nothing breaks any more.
    private func calm() {
        world.note("quiet")
        world.isChaotic = false
        network.heal()
        controlPlane.start()
        operators.calm()
        rollouts.calm()
        restoration.calm()
        for agent in agents {
            agent.engine.comeBack()
            agent.engine.foreignPorts = []
            agent.start()
        }
    }

    func end() {
        world.end()
        inspector.engines = [:]
        for agent in agents { agent.engine.release() }
    }

    /// Waits until everything is right, and a while more to see that it stays so.
    private func settle() -> Int64 {
        calm()
        var waited: Int64 = 0
        var problems = ["nobody has looked yet"]
        while world.violation == nil, waited < Self.quietMilliseconds {
            world.run(2000)
            waited += 2000
            problems = findProblems()
            if problems.isEmpty, staysRight() { return waited }
        }
        if world.violation == nil {
            world.fail("after \(waited) ms of quiet: \(problems.prefix(6).joined(separator: "; "))")
        }
        return waited
    }

    /// What is as declared must not be touched any more; an update that was given up may still go back.
    private func staysRight() -> Bool {
        inspector.settled = convergence()?.settled() ?? []
        world.run(10_000)
        inspector.settled = []
        return findProblems().isEmpty
    }

    func findProblems() -> [String] { convergence()?.problems() ?? ["the control plane is down"] }

    private func convergence() -> Convergence? {
        let nodes = Dictionary(agents.map { ($0.id, $0) }) { first, _ in first }
        return controlPlane.core.map { Convergence(core: $0, agents: nodes) }
    }
}
