import Model
import NodeCore

/// Docker as far as the machine can tell, on virtual time: containers, host ports, images, programs that end.
struct FakeEngine {
    /// What an image's program does.
    struct Program {
        var pullMilliseconds: Int64 = 50
        var pullFailure: ActionFailure?
        var startFailure: ActionFailure?
        var startMilliseconds: Int64 = 5
        /// What its repository calls it.
        var digest: String?
        /// Ends by itself after that long.
        var livesMilliseconds: Int64?
        var exitCode: Int32 = 1
        var stopMilliseconds: Int64 = 20
        var removeFailure: ActionFailure?
        var probeMilliseconds: Int64 = 3
        /// Passes every probe from that long after its start, if at all.
        var healthyAfterMilliseconds: Int64? = 0
    }

    struct Container {
        var fact: ObservedContainer
        var image: String
        var runs = 0
        var startedAt: Timestamp?
    }

    var programs: [String: Program] = [:]
    var images: Set<String> = []
    /// Images that the engine does not let go.
    var keptImages: Set<String> = []
    var containers: [ContainerID: Container] = [:]
    var foreignPorts: [HostPort] = []
    /// Why files cannot be written anew.
    var reloadFailure: ActionFailure?
    /// Whether what starts has the files it had before.
    var lacksLiveFiles = false
    /// Why the agent's own disk does not take the memory.
    var memoryFailure: ActionFailure?
    var created = 0
    /// Containers whose probes of these kinds fail now.
    var ill: [ContainerID: Set<ProbeKind>] = [:]
    /// Containers whose last start Docker never let go of.
    var barred: Set<ContainerID> = []
    /// Starts that Docker refused because a container of the same assignment held the port.
    var selfCollisions = 0

    func program(_ image: String) -> Program { programs[image] ?? Program() }

    func image(of work: NodeAction.Work) -> String? {
        switch work {
        case .create(let plan): plan.replica.container.image
        case .pull(let image, _, _), .lookUp(let image): image
        case .start(let id), .reload(let id), .stop(let id, _), .remove(let id), .inspect(let id):
            containers[id]?.image
        case .probe(let call): containers[call.containerID]?.image
        case .removeImage(let image): image.name
        case .listContainers, .listPorts, .persistMemory: nil
        }
    }

    func duration(of work: NodeAction.Work) -> Int64 {
        switch work {
        case .pull(let image, let policy, _):
            policy != .always && images.contains(image) ? 1 : program(image).pullMilliseconds
        case .stop(let id, _): containers[id].map { program($0.image).stopMilliseconds } ?? 1
        case .start(let id): containers[id].map { program($0.image).startMilliseconds } ?? 5
        case .lookUp: 1
        case .create, .reload, .remove: 5
        case .listContainers, .inspect, .listPorts: 2
        case .removeImage: 5
        case .probe(let call):
            containers[call.containerID].map { program($0.image).probeMilliseconds } ?? 1
        case .persistMemory: 1
        }
    }

    mutating func execute(_ work: NodeAction.Work, at wall: Timestamp) -> ActionResult {
        switch work {
        case .listContainers: .containersListed(containers.values.map(\.fact))
        case .inspect(let id): .containerInspected(containers[id]?.fact)
        case .lookUp(let image): images.contains(image) ? ready(image) : .imageAbsent
        case .pull(let image, let policy, _): pull(image, policy)
        case .create(let plan): create(plan)
        case .start(let id): start(id, at: wall)
        case .reload(let id): reload(id)
        case .stop(let id, _): stop(id)
        case .remove(let id): remove(id)
        case .removeImage(let image): removeImage(image)
        case .probe(let call): .probed(probe(call, at: wall))
        case .listPorts: .portsListed(listeningPorts)
        case .persistMemory: memoryFailure.map { .failed($0) } ?? .memoryPersisted
        }
    }

    private var listeningPorts: Set<UInt16> {
        let own = containers.values.filter(\.fact.state.isAlive).flatMap(\.fact.hostPorts)
        return Set((own + foreignPorts).map(\.number))
    }

    private mutating func pull(_ image: String, _ policy: PullSpec.Policy) -> ActionResult {
        if policy != .always, images.contains(image) { return ready(image) }
        if let failure = program(image).pullFailure { return .failed(failure) }
        images.insert(image)
        return .imageReady(imageID: "sha256:" + image, digest: program(image).digest, wasPulled: true)
    }

    private func ready(_ image: String) -> ActionResult {
        .imageReady(imageID: "sha256:" + image, digest: program(image).digest)
    }

    private mutating func removeImage(_ image: PulledImage) -> ActionResult {
        guard !containers.values.contains(where: { $0.fact.imageID == image.imageID }) else {
            return .failed(ActionFailure(.other, "a container uses it"))
        }
        guard !keptImages.contains(image.name) else {
            return .failed(ActionFailure(.other, "image is being used by a stopped container"))
        }
        images.remove(image.name)
        return .imageRemoved
    }

    private mutating func create(_ plan: ContainerPlan) -> ActionResult {
        let image = plan.replica.container.image
        guard images.contains(image) else {
            return .failed(ActionFailure(.imageGone, "No such image: \(image)"))
        }
        created += 1
        let id = ContainerID("c\(created)")
        let fact = ObservedContainer(
            id: id, name: plan.name, identity: ContainerIdentity(labels: plan.labels), state: .created,
            imageID: plan.imageID, hostPorts: HostPort.of(plan.replica))
        containers[id] = Container(fact: fact, image: image)
        return .containerCreated(id)
    }

    private mutating func start(_ id: ContainerID, at wall: Timestamp) -> ActionResult {
        guard let container = containers[id] else {
            return .failed(ActionFailure(.containerGone, "No such container"))
        }
        if container.fact.state.isAlive { return .containerStarted }
        if barred.contains(id) { return .failed(ActionFailure(.startBarred, "task \(id): already exists")) }
        if let failure = program(container.image).startFailure { return .failed(failure) }
        if let taken = collision(for: container) { return .failed(taken) }
        containers[id]?.fact.state = .running
        containers[id]?.fact.startedAt = wall
        containers[id]?.runs += 1
        containers[id]?.startedAt = wall
        return lacksLiveFiles ? .containerStartedAsBefore : .containerStarted
    }

    private mutating func collision(for container: Container) -> ActionFailure? {
        for port in container.fact.hostPorts {
            if foreignPorts.contains(where: { $0.collides(with: port) }) {
                return ActionFailure(.portTaken, "\(port.number) is held by a foreign process")
            }
            for other in containers.values
            where other.fact.id != container.fact.id && other.fact.state.isAlive {
                guard other.fact.hostPorts.contains(where: { $0.collides(with: port) }) else { continue }
                if other.fact.identity?.assignmentID == container.fact.identity?.assignmentID {
                    selfCollisions += 1
                }
                return ActionFailure(.portTaken, "\(port.number) is held by \(other.fact.id)")
            }
        }
        return nil
    }

    private func probe(_ call: ProbeCall, at wall: Timestamp) -> ProbeOutcome {
        guard let container = containers[call.containerID], container.fact.state == .running,
            let started = container.startedAt
        else { return .notAsked }
        let program = program(container.image)
        guard ill[call.containerID]?.contains(call.kind) != true,
            let wait = program.healthyAfterMilliseconds, wall.milliseconds - started.milliseconds >= wait
        else { return .failed("http 503") }
        return .passed("http 200")
    }

    private func reload(_ id: ContainerID) -> ActionResult {
        guard containers[id] != nil else {
            return .failed(ActionFailure(.containerGone, "No such container"))
        }
        return reloadFailure.map { .failed($0) } ?? .containerReloaded
    }

    private mutating func stop(_ id: ContainerID) -> ActionResult {
        guard let container = containers[id] else {
            return .failed(ActionFailure(.containerGone, "No such container"))
        }
        if container.fact.state.isAlive { containers[id]?.fact.state = .exited(code: 143) }
        return .containerStopped
    }

    private mutating func remove(_ id: ContainerID) -> ActionResult {
        if let container = containers[id], let failure = program(container.image).removeFailure {
            return .failed(failure)
        }
        containers[id] = nil
        return .containerRemoved
    }
}
