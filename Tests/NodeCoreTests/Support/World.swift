import Model
import NodeCore
import Testing

/// One node on virtual time: machine, engine, and what lies between them.
final class World {
    static let start: Int64 = 1_000_000
    static let nodeID = NodeID(UUIDValue(high: 1, low: 1))
    static let epoch = Epoch(UUIDValue(high: 9, low: 9))

    var machine: NodeMachine
    var engine = FakeEngine()
    var timeline = Timeline()
    var milliseconds = World.start
    var settings: NodeSettings
    var document: DesiredStateDocument?
    var durable = NodeMemory()
    var isDockerUp = false { didSet { dockerUpSince = isDockerUp ? now.wall.milliseconds : nil } }
    /// By the wall; nil while it is away.
    var dockerUpSince: Int64?
    var losesEvents = false { didSet { if losesEvents { hasLostEvents = true } } }
    var hasLostEvents = false
    /// Whether Docker still does what it was asked for by an agent that died or gave up.
    var finishesAbandoned = false
    var life = 0
    /// Actions in the order asked for, lists, inspections and writes left out.
    var log: [String] = []
    var times: [Int64] = []
    var listCount = 0
    var persistCount = 0
    var actionCount = 0
    var probeCount = 0
    var portLooks = 0
    var stops: [(id: ContainerID, graceSecs: Int)] = []
    var busy: [AssignmentID: ActionID] = [:]
    var ledger = SwitchLedger()

    init(settings: NodeSettings = NodeSettings()) {
        self.settings = settings
        machine = NodeMachine(nodeID: World.nodeID, settings: settings, nameSeed: 7)
    }

    var now: Moment {
        Moment(
            monotonic: MonotonicInstant(milliseconds: milliseconds),
            wall: Timestamp(milliseconds: 1_800_000_000_000 + milliseconds))
    }

    static func hash(_ replica: DesiredReplica) -> String {
        "\(replica.container.image)#\(replica.restartNonce)#\(replica.ports.map { $0.hostPort ?? 0 })"
            + replica.configs.map { "#\($0)" }.joined()
    }

    // MARK: what happens to the node

    func dockerUp() {
        isDockerUp = true
        deliver(machine.dockerBecameReachable(at: now))
    }

    func dockerDown(_ reason: String = "connection refused") {
        isDockerUp = false
        loseConversation()
        deliver(machine.dockerBecameUnreachable(reason: reason, at: now))
    }

    func apply(_ replicas: [DesiredReplica], configs: [DesiredConfig] = [], epoch: Epoch = World.epoch) {
        let revision = (document?.revision ?? 0) + 1
        look()
        var document = Fixtures.document(replicas, revision: revision, epoch: epoch)
        document.configs = configs
        self.document = document
        deliver(machine.documentAccepted(document, at: now, specHash: World.hash))
    }

    /// The agent dies and comes back; Docker and its containers live on.
    func restartAgent() {
        loseConversation()
        life += 1
        machine = NodeMachine(nodeID: World.nodeID, settings: settings, memory: durable, nameSeed: 8)
        isDockerUp = false
        if let document { deliver(machine.documentAccepted(document, at: now, specHash: World.hash)) }
    }

    /// Power goes and comes: every container has ended.
    func reboot() {
        look()
        for id in engine.containers.keys where engine.containers[id]?.fact.state.isAlive == true {
            engine.containers[id]?.fact.state = .exited(code: 255)
        }
        timeline.removeAll { if case .programEnds = $0 { true } else { false } }
        restartAgent()
    }

    /// A program ends now by itself.
    func crash(_ id: ContainerID, code: Int32 = 1) {
        guard engine.containers[id]?.fact.state.isAlive == true else { return }
        look()
        engine.containers[id]?.fact.state = .exited(code: code)
        tell(id, .exited(code: code))
    }

    private func look() { ledger.look(at: engine, document, since: dockerUpSince, now: now) }

    func pause(_ id: ContainerID) {
        engine.containers[id]?.fact.state = .paused
        tell(id, .paused)
    }

    func unpause(_ id: ContainerID) {
        guard engine.containers[id]?.fact.state == .paused else { return }
        engine.containers[id]?.fact.state = .running
        tell(id, .started(at: now.wall))
    }

    func removeBehindOurBack(_ id: ContainerID) {
        look()
        guard engine.containers.removeValue(forKey: id) != nil else { return }
        tell(id, .removed)
    }

    private func loseConversation() {
        busy = [:]
        timeline.removeAll { entry in
            switch entry {
            case .result, .event: true
            case .execute: !finishesAbandoned
            case .programEnds: false
            }
        }
    }

    // MARK: time

    func run(_ duration: Int64) {
        let end = milliseconds + duration
        var steps = 0
        while steps < 200_000 {
            steps += 1
            let deadline = machine.nextDeadline?.milliseconds
            let next = min(timeline.next ?? .max, deadline ?? .max)
            guard next <= end else { break }
            milliseconds = max(milliseconds, next)
            if let at = timeline.next, at <= milliseconds {
                if let entry = timeline.take() { happen(entry) }
            } else {
                deliver(machine.timePassed(at: now))
            }
        }
        #expect(steps < 200_000, "the machine spins")
        milliseconds = end
    }

    private func happen(_ entry: Timeline.Entry) {
        switch entry {
        case .execute(let action, let life): execute(action, life)
        case .result(let id, let result, let life): if life == self.life { finish(id, result) }
        case .event(let id, let change): deliver(machine.containerChanged(id, change, at: now))
        case .programEnds(let id, let run):
            guard let container = engine.containers[id], container.runs == run, container.fact.state.isAlive
            else { return }
            crash(id, code: engine.program(container.image).exitCode)
        }
    }

    private func finish(_ id: ActionID, _ result: ActionResult) {
        for (assignment, busyWith) in busy where busyWith == id { busy[assignment] = nil }
        deliver(machine.actionFinished(id, result, at: now))
    }

    private func execute(_ action: NodeAction, _ life: Int) {
        if case .persistMemory(let memory) = action.work, life == self.life, engine.memoryFailure == nil {
            durable = memory
        }
        look()
        let result = engine.execute(action.work, at: now.wall)
        switch (action.work, result) {
        case (.start(let id), .containerStarted):
            tell(id, .started(at: now.wall))
            scheduleEnd(of: id)
        case (.stop(let id, _), .containerStopped): tell(id, .exited(code: 143))
        case (.remove(let id), .containerRemoved): tell(id, .removed)
        case (_, .containerCreated(let id)): tell(id, .unclear)
        default: break
        }
        timeline.add(at: milliseconds + 1, .result(action.id, result, life: life))
    }

    private func scheduleEnd(of id: ContainerID) {
        guard let container = engine.containers[id] else { return }
        guard let lives = engine.program(container.image).livesMilliseconds else { return }
        timeline.add(at: milliseconds + lives, .programEnds(id, run: container.runs))
    }

    private func tell(_ id: ContainerID, _ change: ContainerChange) {
        guard isDockerUp, !losesEvents else { return }
        timeline.add(at: milliseconds + 2, .event(id, change))
    }

    // MARK: actions

    func deliver(_ actions: [NodeAction]) {
        for action in actions {
            actionCount += 1
            look()
            ledger.note(action.work, engine, document)
            note(action)
            timeline.add(at: milliseconds + engine.duration(of: action.work), .execute(action, life: life))
        }
    }

    private func note(_ action: NodeAction) {
        let image = engine.image(of: action.work) ?? "?"
        switch action.work {
        case .listContainers: listCount += 1
        case .listPorts: portLooks += 1
        case .persistMemory: persistCount += 1
        case .inspect: break
        case .lookUp:
            // What is here is as good as pulled.
            if engine.images.contains(image) { record("pull \(image)") }
        case .probe: probeCount += 1
        case .removeImage(let image): record("remove image \(image.name)")
        case .pull: record("pull \(image)")
        case .create: recordStep(action, "create \(image)")
        case .start(let id): recordStep(action, "start \(id) \(image)")
        case .reload(let id): recordStep(action, "reload \(id) \(image)")
        case .stop(let id, let graceSecs):
            stops.append((id, graceSecs))
            recordStep(action, "stop \(id) \(image)")
        case .remove(let id): recordStep(action, "remove \(id) \(image)")
        }
    }

    private func recordStep(_ action: NodeAction, _ text: String) {
        record(text)
        guard let assignment = action.assignmentID else { return }
        #expect(busy[assignment] == nil, "two steps at once for one replica")
        busy[assignment] = action.id
    }

    private func record(_ text: String) {
        log.append(text)
        times.append(milliseconds - World.start)
    }

    func takeLog() -> [String] {
        defer {
            log = []
            times = []
        }
        return log
    }

    // MARK: views

    var running: [ContainerID] {
        engine.containers.values.filter(\.fact.state.isAlive).map(\.fact.id).sorted()
    }

    func runningImages() -> [String] {
        engine.containers.values.filter(\.fact.state.isAlive).map(\.image).sorted()
    }

    func report(_ replica: DesiredReplica, sequence: UInt64 = 1) -> InstanceReport? {
        machine.reports(sequence: sequence, at: now).first { $0.assignmentID == replica.assignmentID }
    }
}
