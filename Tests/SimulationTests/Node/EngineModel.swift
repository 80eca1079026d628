import Model
import NodeCore

/// Docker on one node: containers, images and host ports, which it guards like the real one.
final class EngineModel {
    struct Container {
        var fact: ObservedContainer
        var image: String
        var hash: String
        var runs = 0
        /// When it last ended by itself.
        var endedAt: Int64?
        /// When its agent last stopped it.
        var stoppedAt: Int64?
        /// How often in a row it has failed a probe.
        var failedProbes: [ProbeKind: Int] = [:]
        /// Which probes this run has passed since it last failed them for good.
        var passedProbes: Set<ProbeKind> = []
        /// What its declaration asks of it.
        var health: HealthSpec?
        /// What of its configs may change below it.
        var files = ContainerFiles()

        /// Whether it runs and passes whatever is asked of it.
        var serves: Bool {
            let asked: [(ProbeKind, ProbeSpec?)] = [
                (.startup, health?.startup), (.readiness, health?.readiness), (.liveness, health?.liveness),
            ]
            return fact.state == .running && asked.allSatisfy { $1 == nil || passedProbes.contains($0) }
        }

        /// Whether what its declaration asks of it says that it must be restarted.
        func hasFailed(_ health: HealthSpec?) -> Bool {
            let asked = [(ProbeKind.liveness, health?.liveness), (.startup, health?.startup)]
            return asked.contains { kind, probe in
                probe.map { failedProbes[kind, default: 0] >= $0.failureThreshold } ?? false
            }
        }
    }

    let world: World
    let name: String
    /// Which node it is: some images do not work everywhere.
    let number: Int
    private(set) var isUp = true
    private(set) var containers: [ContainerID: Container] = [:]
    private(set) var lastCleanupFailure: Int64 = 0
    var foreignPorts: Set<UInt16> = [] { didSet { everForeign.formUnion(foreignPorts) } }
    private var everForeign: Set<UInt16> = []
    /// Tells the agent's event stream.
    var tell: (ContainerID, ContainerChange) -> Void = { _, _ in }
    /// Told when a start meets a running container of another placement.
    var collided: (Container, Container) -> Void = { _, _ in }
    private var images: Set<String> = []
    private var created = 0

    init(_ world: World, name: String, number: Int) {
        self.world = world
        self.name = name
        self.number = number
    }

    // MARK: what is there

    func alive(of assignment: AssignmentID) -> [Container] {
        containers.values.filter { $0.fact.state.isAlive && $0.fact.identity?.assignmentID == assignment }
    }

    var sortedIDs: [ContainerID] { containers.keys.sorted() }

    func wasForeign(_ port: UInt16) -> Bool { everForeign.contains(port) }

    /// Whether a running container holds a host port.
    func holds(_ port: UInt16) -> Bool {
        containers.values.contains { container in
            container.fact.state.isAlive && container.fact.hostPorts.contains { $0.number == port }
        }
    }

    // MARK: what happens to it

    /// Lets go of everybody, so that a run that is over frees its memory.
    func release() {
        tell = { _, _ in }
        collided = { _, _ in }
    }

    func goAway() { isUp = false }

    func comeBack() { isUp = true }

    /// Everything that ran has ended, and nobody was told.
    func endAll() {
        for id in containers.keys where containers[id]?.fact.state.isAlive == true {
            containers[id]?.fact.state = .exited(code: 255)
            containers[id]?.endedAt = world.now
        }
    }

    /// The machine was off: what was in memory is gone.
    func loseFiles() {
        for id in containers.keys { containers[id]?.files.wereLost() }
    }

    /// A program ends by itself.
    func end(_ id: ContainerID, code: Int32) {
        guard containers[id]?.fact.state.isAlive == true else { return }
        containers[id]?.fact.state = .exited(code: code)
        containers[id]?.endedAt = world.now
        tell(id, .exited(code: code))
    }

    func removeByHand(_ id: ContainerID) {
        guard containers.removeValue(forKey: id) != nil else { return }
        tell(id, .removed)
    }

    // MARK: what it is asked

    func latency(of work: NodeAction.Work) -> Int64 {
        switch work {
        case .lookUp: 1
        case .pull(let image, let policy, _):
            policy != .always && images.contains(image)
                ? 1 : world.between(20, world.isChaotic && world.chance(10) ? 4000 : 400)
        case .stop: world.between(10, world.isChaotic && world.chance(10) ? 1500 : 100)
        case .create, .start, .reload, .remove: world.between(3, 120)
        case .listContainers, .inspect, .listPorts, .persistMemory: world.between(1, 30)
        case .removeImage: world.between(1, 30)
        case .probe: world.between(1, world.isChaotic && world.chance(10) ? 6000 : 60)
        }
    }

    func perform(_ work: NodeAction.Work) -> ActionResult {
        guard isUp else { return .failed(ActionFailure(.dockerUnreachable, "connection refused")) }
        return switch work {
        case .listContainers: .containersListed(sortedIDs.compactMap { containers[$0]?.fact })
        case .inspect(let id): .containerInspected(containers[id]?.fact)
        case .lookUp(let image):
            images.contains(image) ? .imageReady(imageID: "sha256:" + image) : .imageAbsent
        case .pull(let image, let policy, _): pull(image, policy)
        case .create(let plan): create(plan)
        case .start(let id): start(id)
        case .reload(let id): signal(id)
        case .stop(let id, _): stop(id)
        case .remove(let id): remove(id)
        case .listPorts: .portsListed(listeningPorts)
        case .persistMemory: .memoryPersisted
        case .removeImage: .imageRemoved
        case .probe(let call): .probed(probe(call))
        }
    }

    private var listeningPorts: Set<UInt16> {
        let own = containers.values.filter(\.fact.state.isAlive).flatMap(\.fact.hostPorts)
        return foreignPorts.union(own.map(\.number))
    }

    private func probe(_ call: ProbeCall) -> ProbeOutcome {
        guard containers[call.containerID]?.fact.state == .running else { return .notAsked }
        guard world.strikes(.probeFailed, perMille: 100) else {
            containers[call.containerID]?.failedProbes[call.kind] = 0
            containers[call.containerID]?.passedProbes.insert(call.kind)
            return .passed("http 200")
        }
        let failures = (containers[call.containerID]?.failedProbes[call.kind] ?? 0) + 1
        containers[call.containerID]?.failedProbes[call.kind] = failures
        if failures >= ProbeSpec(call.check).failureThreshold {
            containers[call.containerID]?.passedProbes.remove(call.kind)
        }
        return .failed("http 503")
    }

    /// Nobody heard how a probe went: it counts for nobody.
    func answerWasLost(to call: ProbeCall, failures: Int) {
        containers[call.containerID]?.failedProbes[call.kind] = failures
    }

    private func pull(_ image: String, _ policy: PullSpec.Policy) -> ActionResult {
        if policy != .always, images.contains(image) { return .imageReady(imageID: "sha256:" + image) }
        if image == Image.missing { return .failed(ActionFailure(.imageNotFound, "manifest unknown")) }
        if world.strikes(.pullFailed, perMille: image == Image.flaky ? 500 : 20) {
            return .failed(ActionFailure(.registryUnavailable, "i/o timeout"))
        }
        images.insert(image)
        return .imageReady(imageID: "sha256:" + image)
    }

    private func create(_ plan: ContainerPlan) -> ActionResult {
        let image = plan.replica.container.image
        guard images.contains(image) else { return .failed(ActionFailure(.imageGone, "no such image")) }
        guard image != Image.invalid else { return .failed(ActionFailure(.invalid, "bad entrypoint")) }
        if world.strikes(.createFailed, perMille: 20) {
            let isImage = world.chance(30)
            if isImage { images.remove(image) }
            return .failed(ActionFailure(isImage ? .imageGone : .other, "no space left on device"))
        }
        created += 1
        let id = ContainerID("\(name)-c\(created)")
        let identity = ContainerIdentity(labels: plan.labels)
        let fact = ObservedContainer(
            id: id, name: plan.name, identity: identity, state: .created, imageID: plan.imageID,
            hostPorts: HostPort.of(plan.replica))
        containers[id] = Container(
            fact: fact, image: image, hash: identity?.specHash ?? "", health: plan.replica.container.health)
        tell(id, .unclear)
        return .containerCreated(id)
    }

    private func start(_ id: ContainerID) -> ActionResult {
        guard let container = containers[id] else {
            return .failed(ActionFailure(.containerGone, "no such container"))
        }
        guard !container.fact.state.isAlive else { return .containerStarted }
        if world.strikes(.startFailed, perMille: 20) {
            return .failed(ActionFailure(.other, "cannot allocate memory"))
        }
        if let taken = collision(for: container) { return .failed(taken) }
        containers[id]?.fact.state = .running
        containers[id]?.fact.startedAt = world.moment.wall
        containers[id]?.runs += 1
        containers[id]?.failedProbes = [:]
        containers[id]?.passedProbes = []
        containers[id]?.files.wereRead()
        tell(id, .started(at: world.moment.wall))
        if Image.exits(container.image, on: number) {
            let run = container.runs + 1
            world.after(world.between(20, 400)) { [self] in
                if containers[id]?.runs == run { end(id, code: 1) }
            }
        }
        return .containerStarted
    }

    /// The agent writes a container's files; the engine itself does not look at them.
    func setFiles(_ files: ContainerFiles, of id: ContainerID) { containers[id]?.files = files }

    /// A program is sent a signal; one that has ended needs none, for its next start reads.
    private func signal(_ id: ContainerID) -> ActionResult {
        guard let container = containers[id] else {
            return .failed(ActionFailure(.containerGone, "no such container"))
        }
        if container.fact.state == .running {
            containers[id]?.files.wereRead()
        } else {
            containers[id]?.files.isToBeTold = false
        }
        return .containerReloaded
    }

    private func collision(for container: Container) -> ActionFailure? {
        for port in container.fact.hostPorts {
            if foreignPorts.contains(port.number) {
                return ActionFailure(.portTaken, "\(port.number) is held by a foreign process")
            }
            for id in sortedIDs {
                guard let other = containers[id], id != container.fact.id, other.fact.state.isAlive,
                    other.fact.hostPorts.contains(where: { $0.collides(with: port) })
                else { continue }
                collided(container, other)
                return ActionFailure(.portTaken, "\(port.number) is held by \(id)")
            }
        }
        return nil
    }

    private func stop(_ id: ContainerID) -> ActionResult {
        guard let container = containers[id] else {
            return .failed(ActionFailure(.containerGone, "no such container"))
        }
        guard container.fact.state.isAlive else { return .containerStopped }
        if world.strikes(.stopFailed, perMille: 30) { return cleanupFailed("cannot kill container") }
        containers[id]?.fact.state = .exited(code: 143)
        containers[id]?.stoppedAt = world.now
        tell(id, .exited(code: 143))
        return .containerStopped
    }

    private func remove(_ id: ContainerID) -> ActionResult {
        guard containers[id] != nil else { return .containerRemoved }
        if world.strikes(.removeFailed, perMille: 30) { return cleanupFailed("device or resource busy") }
        containers[id] = nil
        tell(id, .removed)
        return .containerRemoved
    }

    private func cleanupFailed(_ words: String) -> ActionResult {
        lastCleanupFailure = world.now
        return .failed(ActionFailure(.other, words))
    }
}
