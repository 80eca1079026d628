internal import DockerEngine
internal import EventLoop
internal import Model
internal import NodeCore

/// Runs the machine's actions on Docker.
@LoopActor
final class DockerRuntime: ContainerRuntime {
    private let client: DockerClient
    private let nodeID: NodeID
    private let preparation: Preparation
    private let logins: RegistryLogins
    private var hasFound = false
    private let probes: ProbeRunner
    private let saveMemory: @Sendable (NodeMemory) throws -> Void

    init(
        client: DockerClient, nodeID: NodeID, preparation: Preparation,
        logins: RegistryLogins, probes: ProbeRunner,
        saveMemory: @escaping @Sendable (NodeMemory) throws -> Void
    ) {
        self.client = client
        self.nodeID = nodeID
        self.preparation = preparation
        self.logins = logins
        self.probes = probes
        self.saveMemory = saveMemory
    }

    func told(_ document: DesiredStateDocument, specHashes: [AssignmentID: String]) {
        preparation.supplies = Supplies(document, specHashes: specHashes)
        logins.told = document.secrets?.registryLogins ?? []
    }

    func imageSpace() async throws -> Int? {
        let folder = try await client.information().rootFolder
        return try await BlockingPool.run {
            // An engine on another machine has its images elsewhere.
            guard FileIO.isPresent(folder) else { return nil }
            let (free, total) = try FileIO.space(at: folder)
            return total > 0 ? Int((total - free) * 100 / total) : nil
        }
    }

    /// The socket, which the engine makes anew when it starts.
    var entrance: FileStatus? {
        client.endpoint.socketPath.flatMap { try? FileIO.status($0) }
    }

    func probe() async throws { try await client.greet() }

    func changes() async throws -> any ContainerChanges {
        var filter = EventFilter()
        filter.types = ["container"]
        filter.labels = [ownLabel]
        return DockerChanges(try await client.events(filter))
    }

    func perform(_ work: NodeAction.Work) async -> ActionResult {
        do {
            return try await attempt(work)
        } catch {
            return .failed(FailureClass.of(error))
        }
    }

    func reading(of id: ContainerID) async throws -> ContainerReading {
        ContainerFacts.reading(try await client.statistics(of: id.rawValue))
    }

    func strangers() async throws -> [String] {
        try await client.listContainers(labels: [ContainerLabel.nodeID])
            .filter { $0.labels[ContainerLabel.nodeID] != "\(nodeID)" }.map(\.name).sorted()
    }

    private var ownLabel: String { "\(ContainerLabel.nodeID)=\(nodeID)" }

    private func attempt(_ work: NodeAction.Work) async throws -> ActionResult {
        switch work {
        case .listContainers: return .containersListed(try await list())
        case .inspect(let id): return .containerInspected(try await inspect(id))
        case .lookUp(let image): return try await lookUp(try Self.reference(image))
        case .pull(let image, let policy, let credential):
            return try await ready(try Self.reference(image), policy, credential)
        case .create(let plan): return .containerCreated(try await create(plan))
        case .start(let id):
            return try await start(id) ? .containerStarted : .containerStartedAsBefore
        case .reload(let id):
            try await reload(try await client.inspectContainer(id.rawValue))
            return .containerReloaded
        case .stop(let id, let graceSecs):
            try await tolerateAbsence {
                try await self.client.stopContainer(id.rawValue, graceSeconds: graceSecs)
            }
            return .containerStopped
        case .remove(let id):
            try await remove(id)
            return .containerRemoved
        case .removeImage(let image):
            try await tolerateAbsence { try await self.remove(image) }
            return .imageRemoved
        case .probe(let call): return .probed(try await probes.ask(call))
        case .listPorts:
            return .portsListed(try await BlockingPool.run { try SocketTable.listeningPorts() })
        case .persistMemory(let memory):
            let save = saveMemory
            try await BlockingPool.run { try save(memory) }
            return .memoryPersisted
        }
    }

    /// All our containers; a list does not tell exit codes and start times, so ended ones are inspected.
    private func list() async throws -> [ObservedContainer] {
        var facts: [ObservedContainer] = []
        for summary in try await client.listContainers(labels: [ownLabel]) {
            if let fact = ContainerFacts.observed(summary) {
                facts.append(fact)
            } else if let fact = try await inspect(ContainerID(summary.id)) {
                facts.append(fact)
            }
        }
        if !hasFound {
            // Nothing is made before the first list, so nobody's files are taken for left behind.
            hasFound = true
            await preparation.found(facts.map(\.name))
        }
        return facts
    }

    private func inspect(_ id: ContainerID) async throws -> ObservedContainer? {
        do {
            return ContainerFacts.observed(try await client.inspectContainer(id.rawValue))
        } catch let failure as DockerFailure where failure.kind == .notFound {
            return nil
        }
    }

    private static func reference(_ image: String) throws -> ImageReference {
        guard let reference = ImageReference(image) else {
            throw DockerFailure(
                .refused(status: 400), operation: "pull image", detail: "'\(image)' is no reference")
        }
        return reference
    }

    private func lookUp(_ reference: ImageReference) async throws -> ActionResult {
        do {
            return try await look(at: reference)
        } catch let failure as DockerFailure
            where failure.kind == .imageNotFound || failure.kind == .notFound
        {
            return .imageAbsent
        }
    }

    private func ready(
        _ reference: ImageReference, _ policy: PullSpec.Policy, _ credential: String?
    ) async throws -> ActionResult {
        // A digest names one content for ever: what is here under it needs no registry, whatever the policy says.
        if policy != .always || reference.digest != nil {
            let found = try await lookUp(reference)
            guard found == .imageAbsent else { return found }
        }
        let login = try await logins.login(for: reference, named: credential)
        _ = try await client.pullImage(
            reference, credentials: login, milliseconds: AgentLimits.pullMilliseconds)
        return try await look(at: reference, wasPulled: true)
    }

    /// What an image is: its id, and its name by digest when it came from its repository.
    private func look(at reference: ImageReference, wasPulled: Bool = false) async throws -> ActionResult {
        let details = try await client.inspectImage(reference.pinned)
        let digest = details.digest(in: reference).flatMap { reference.at(digest: $0)?.description }
        return .imageReady(imageID: details.id, digest: digest, wasPulled: wasPulled)
    }

    private func create(_ plan: ContainerPlan) async throws -> ContainerID {
        let spec = plan.replica.container
        var user = ""
        if !spec.secretFiles.isEmpty || !plan.replica.configs.isEmpty, spec.user == nil {
            user = try await client.inspectImage(plan.imageID).user
        }
        return try await preparation.create(plan, user: user) { provision in
            let creation = ContainerFacts.creation(plan, provision)
            return ContainerID(try await self.client.createContainer(creation, name: plan.name))
        }
    }

    /// What the container was made with is looked at again: a link may have been planted, memory is lost at a reboot.
    ///
    /// - Returns: Whether its files are what they shall be.
    private func start(_ id: ContainerID) async throws -> Bool {
        let details = try await client.inspectContainer(id.rawValue)
        // One that runs after all, or is frozen, sees only what is written where its files lie.
        if try Self.runs(details) {
            try await reload(details)
            return true
        }
        let isRenewed = try await preparation.renew(details)
        try await client.startContainer(id.rawValue)
        return isRenewed
    }

    /// A container that has ended meanwhile needs nothing: its next start writes its files.
    private func reload(_ details: ContainerDetails) async throws {
        guard try Self.runs(details) else { return }
        try await preparation.reload(details) { signal in
            do { try await self.client.killContainer(details.id, signal: signal.rawValue) } catch let failure
                as DockerFailure where failure.kind == .conflict
            {
                let now = try await self.client.inspectContainer(details.id)
                if try Self.runs(now) { throw failure }
            }
        }
    }

    /// Whether a container can be told something; one that is frozen cannot be told now and will run again.
    private static func runs(_ details: ContainerDetails) throws -> Bool {
        switch details.state.status {
        case .running: return true
        case .paused, .restarting:
            throw DockerFailure(
                .conflict, operation: "tell container",
                detail: "it is \(details.state.status.rawValue) and can be told nothing")
        case .created, .exited, .removing, .dead, .unknown: return false
        }
    }

    private func remove(_ id: ContainerID) async throws {
        let name = try await inspect(id)?.name
        try await tolerateAbsence {
            try await self.client.removeContainer(id.rawValue, force: true, volumes: true)
        }
        if let name { await preparation.forget(name) }
    }

    /// A tag moves on to later images: it is taken away only while it stands for this one.
    private func remove(_ image: PulledImage) async throws {
        let details = try await client.inspectImage(image.imageID)
        let named = try? await client.inspectImage(image.name)
        guard named?.id != image.imageID else { return try await client.removeImage(image.name) }
        guard details.tags.isEmpty else {
            throw DockerFailure(
                .conflict, operation: "remove image",
                detail: "it was pulled as \(image.name) and is now \(details.tags.joined(separator: ", "))")
        }
        try await client.removeImage(image.imageID)
    }

    private func tolerateAbsence(_ work: @LoopActor () async throws -> Void) async throws {
        do { try await work() } catch let failure as DockerFailure
            where failure.kind == .notFound || failure.kind == .imageNotFound
        {}
    }
}

/// Docker's container events as changes.
@LoopActor
private final class DockerChanges: ContainerChanges {
    private let events: EngineEventStream

    init(_ events: EngineEventStream) { self.events = events }

    func next() async throws -> (id: ContainerID, change: ContainerChange)? {
        while let event = try await events.next() {
            if let change = ContainerFacts.change(event) { return (ContainerID(event.actor), change) }
        }
        return nil
    }

    func cancel() { events.cancel() }
}
