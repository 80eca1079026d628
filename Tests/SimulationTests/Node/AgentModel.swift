import Model
import NodeCore
import TestKit

/// One node's agent: the machine, its durable files, and the loops that feed it.
final class AgentModel {
    /// What survives the process.
    struct Files {
        var secret: UInt64?
        /// Whether the control plane has taken the secret once.
        var isProven = false
        var document: DesiredStateDocument?
        var memory = NodeMemory()
    }

    static let settings = NodeSettings(
        backoffMilliseconds: 500, backoffMaxMilliseconds: 4000, restartFailureLimit: 5,
        resyncMilliseconds: 8000)

    let world: World
    let id: NodeID
    let name: String
    let inventory: Inventory
    let engine: EngineModel
    let inspector: Inspector
    let network: NetworkModel
    var files = Files()
    var machine: NodeMachine?
    /// Counts starts and deaths: what an earlier life left under way is nobody's.
    var life = 0
    var boot = BootID(UUIDValue(high: 0, low: 0))
    var sequence: UInt64 = 0
    var wantsFull = true
    var hasListed = false
    var isReporting = false
    var reportedVersion: UInt64 = 0
    var hasPolled = false
    /// The document that is on its way to the disk.
    var writing: DesiredStateDocument?
    /// Which pair of loops is the one that counts, after a registration anew.
    var loops = 0
    var losesEvents = false
    var isReconnecting = false
    var isGone = false
    /// Whether the applied revision came again with other decisions.
    var hasConflict = false
    /// Whether the last memory came to disk.
    var isDiskWell = true
    /// Which reloads have ended well in this life, and which are under way.
    var looks: [ContainerID: Look] = [:]
    var looksUnderWay: [ContainerID: Look] = [:]
    /// Until when a file that a config names is not there.
    var missingUntil: [ContainerID: Int64] = [:]
    private var wakeAt = Int64.max

    init(_ world: World, number: Int, _ inspector: Inspector, _ network: NetworkModel) {
        self.world = world
        self.inspector = inspector
        self.network = network
        id = NodeID(UUIDValue(high: 1, low: UInt64(number + 1)))
        name = "node\(number)"
        inventory = Inventory(
            arch: number >= 15 ? "aarch64" : "x86_64", os: "linux",
            labels: ["zone": number < 5 ? "a" : number < 12 ? "b" : "c"],
            capacity: Capacity(
                cpuMillis: number < 5 ? 500 : 2000, memoryBytes: number.isMultiple(of: 4) ? 1 << 30 : 4 << 30)
        )
        engine = EngineModel(world, name: name, number: number)
        engine.collided = { [inspector] in inspector.collided($0, $1) }
        engine.tell = { [weak self] in self?.heard($0, $1) }
        inspector.engines[id] = engine
    }

    var isAlive: Bool { machine != nil }

    // MARK: life and death

    func start() {
        guard machine == nil else { return }
        life += 1
        world.note("\(name) starts")
        boot = BootID(UUIDValue(high: 2, low: world.random.next()))
        sequence = 0
        wantsFull = true
        hasListed = false
        isReporting = false
        hasPolled = false
        hasConflict = false
        isReconnecting = false
        reportedVersion = 0
        looks = [:]
        wakeAt = .max
        if world.bug == .forgetsRejections {
            for index in files.memory.replicas.indices { files.memory.replicas[index].rejected = nil }
        }
        machine = NodeMachine(
            nodeID: id, settings: Self.settings, memory: files.memory, nameSeed: world.random.next())
        if let document = files.document { accept(document) }
        reconnectDocker(after: world.between(1, 50))
        if files.secret == nil { register() } else { beginLoops() }
    }

    func crash() {
        guard machine != nil else { return }
        world.note("\(name) dies")
        life += 1
        machine = nil
        writing = nil
    }

    /// Dies and comes back.
    func restart(after milliseconds: Int64) {
        crash()
        world.after(milliseconds) { [self] in start() }
    }

    /// Runs later, if this life lasts.
    func later(_ milliseconds: Int64, _ run: @escaping () -> Void) {
        let life = life
        world.after(milliseconds) { [self] in
            if life == self.life, machine != nil { run() }
        }
    }

    // MARK: the machine

    /// Gives the machine an event and carries out what it says.
    func feed(_ event: (inout NodeMachine) -> [NodeAction]) {
        guard var owned = machine.take() else { return }
        let actions = event(&owned)
        machine = owned
        for action in actions { carryOut(action) }
        settled()
    }

    func accept(_ document: DesiredStateDocument) {
        let now = world.moment
        for replica in document.deployments {
            inspector.switches.told(replica.assignmentID, generation: replica.generation)
        }
        // What is under way may be for another document: it is not believed to be what this one wants.
        looksUnderWay = [:]
        feed { $0.documentAccepted(document, at: now, specHash: SpecHash.of) }
    }

    private func settled() {
        guard let machine else { return }
        if !machine.isDockerReachable {
            // Nobody hears any more how what is under way ends.
            looksUnderWay = [:]
            reconnectDocker(after: world.between(400, 600))
        }
        if machine.statusVersion != reportedVersion, !isReporting, files.secret != nil {
            reportedVersion = machine.statusVersion
            later(world.between(100, 250)) { [self] in if !isReporting { report() } }
        }
        guard let deadline = machine.nextDeadline?.milliseconds, deadline < wakeAt else { return }
        let due = max(deadline, world.now)
        wakeAt = due
        later(due - world.now) { [self] in
            guard wakeAt == due else { return }
            wakeAt = .max
            let now = world.moment
            feed { $0.timePassed(at: now) }
        }
    }
}
