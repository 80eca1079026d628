public import Model

/// Decides everything one node does with its containers; does nothing itself.
///
/// Events come in as past-tense methods, actions go out as values; the shell runs each action, in any order and
/// in parallel, and answers each with exactly one `actionFinished`. After every event the shell sets one timer
/// for `nextDeadline`; when `isDockerReachable` turned false it connects anew and says so. One owner, any thread, no clock and no randomness of its own.
public struct NodeMachine: Sendable {
    let nodeID: NodeID
    var settings: NodeSettings
    var names: SeededIDSource
    /// What an earlier life remembered of replicas that no document has named yet.
    var inherited: [AssignmentID: ReplicaMemory]
    var document: DesiredStateDocument?
    var docker = DockerLink.unreachable(reason: "Docker was not asked yet", since: nil)
    var tracks: [AssignmentID: ReplicaTrack] = [:]
    /// Of every track, as of the last `settle`.
    var outlines: [AssignmentID: TrackOutline] = [:]
    var owners: [ContainerID: AssignmentID] = [:]
    /// Containers removed lately, by logical time, so that an older list does not bring them back.
    var tombstones: [ContainerID: UInt64] = [:]
    var flights = Flights()
    var queue = PlanQueue()
    var persistence = Persistence()
    var resyncAt: MonotonicInstant?
    var isPortFreed = false
    /// When the machine's ports are looked at; nil while no change waits for one.
    var portsLookAt: MonotonicInstant?
    var hasListed = false
    var removed = RemovedReports()
    /// By image id.
    var pulledImages: [String: PulledImage]
    /// Images that were just found absent and are to be pulled.
    var absentImages: Set<PullKey> = []
    /// Pulled images that the engine would not let go, by id, and when each is tried again.
    var keptImages: [String: Backoff] = [:]
    /// Since when the engine's disk is nearly full; nil while it is not.
    var diskPressureSince: Timestamp?
    /// Whether images are removed until the low mark is reached.
    public internal(set) var isCollectingImages = false

    /// Changes whenever a report would say something new, so that the shell can report soon.
    public internal(set) var statusVersion: UInt64 = 0

    /// Starts with what an earlier life remembered, knowing nothing of Docker.
    ///
    /// `nameSeed` is random: it makes the last part of container names.
    public init(nodeID: NodeID, settings: NodeSettings, memory: NodeMemory = NodeMemory(), nameSeed: UInt64) {
        self.nodeID = nodeID
        self.settings = settings
        names = SeededIDSource(seed: nameSeed)
        pulledImages = Dictionary((memory.images ?? []).map { ($0.imageID, $0) }) { first, _ in first }
        inherited = Dictionary(memory.replicas.map { ($0.assignmentID, $0) }) { first, _ in first }
    }

    /// A document passed the gate and is durable; `specHash` is the keyed hash of what a replica's container is
    /// made from (resolved image, configs, ports, nonce; not the generation).
    public mutating func documentAccepted(
        _ document: DesiredStateDocument, at now: Moment, specHash: (DesiredReplica) -> String
    ) -> [NodeAction] {
        take(document, at: now, specHash: specHash)
        return settle(at: now)
    }

    /// Docker answers (again): everything is listed before anything is decided.
    public mutating func dockerBecameReachable(at now: Moment) -> [NodeAction] {
        guard docker.isUnreachable else { return settle(at: now) }
        docker = .listing
        queue.add(all: tracks.keys)
        return list() + settle(at: now)
    }

    /// Docker does not answer: nothing is dead for that; actions under way are given up, their results dropped.
    public mutating func dockerBecameUnreachable(reason: String, at now: Moment) -> [NodeAction] {
        loseDocker(reason: reason, at: now)
        return settle(at: now)
    }

    /// The event stream broke and events may be lost: everything is listed.
    public mutating func eventsWereInterrupted(at now: Moment) -> [NodeAction] {
        guard docker == .current else { return settle(at: now) }
        return list() + settle(at: now)
    }

    /// A Docker event told of a container; the shell subscribes with our node id's label as filter.
    public mutating func containerChanged(
        _ id: ContainerID, _ change: ContainerChange, at now: Moment
    ) -> [NodeAction] {
        guard docker == .current else { return settle(at: now) }
        let inspections = hear(change, of: id, at: now)
        return inspections + settle(at: now)
    }

    /// An action came to its end; a result nobody waits for any more is dropped and counted.
    public mutating func actionFinished(
        _ id: ActionID, _ result: ActionResult, at now: Moment
    ) -> [NodeAction] {
        guard let flight = flights.end(id) else { return settle(at: now) }
        let more = finish(flight, issued: id.number, result, at: now)
        return more + settle(at: now)
    }

    /// Time went on to `nextDeadline` or beyond.
    public mutating func timePassed(at now: Moment) -> [NodeAction] {
        queue.add(
            all: outlines.filter { $0.value.wakeAt.map { $0 <= now.monotonic } ?? false }.keys)
        guard docker == .current, let resyncAt, resyncAt <= now.monotonic, !flights.has(.list) else {
            return settle(at: now)
        }
        return list() + settle(at: now)
    }

    /// When `timePassed` is due; nil when only events can change anything.
    public var nextDeadline: MonotonicInstant? {
        var next = persistence.due()
        func consider(_ moment: MonotonicInstant?) {
            guard let moment else { return }
            next = next.map { min($0, moment) } ?? moment
        }
        guard docker == .current else { return next }
        if !flights.has(.list) { consider(resyncAt) }
        if !flights.has(.ports) { consider(portsLookAt) }
        for outline in outlines.values { consider(outline.wakeAt) }
        return next
    }

    /// What would be made durable now.
    public var memory: NodeMemory {
        guard document != nil else {
            return memory(of: Array(inherited.values))
        }
        let wished = tracks.values.filter { $0.wish != nil }.map(\.memory)
        return memory(of: wished)
    }

    private func memory(of replicas: [ReplicaMemory]) -> NodeMemory {
        let images = pulledImages.values.sorted { $0.imageID < $1.imageID }
        return NodeMemory(
            replicas: replicas.sorted { $0.assignmentID < $1.assignmentID },
            images: images.isEmpty ? nil : images)
    }

    /// The document acted on.
    public var appliedDocument: DesiredStateDocument? { document }

    /// The spec hash of every replica's wished container.
    public var wishedHashes: [AssignmentID: String] { tracks.compactMapValues { $0.wish?.specHash } }

    /// Whether Docker can be asked, as far as the machine knows; false also after an action failed for that.
    public var isDockerReachable: Bool { !docker.isUnreachable }

    /// False only when a complete list said that no container is ours (for `DocumentGate`).
    public var mayHoldContainers: Bool { !hasListed || !owners.isEmpty }

    /// Whether a complete list of our containers has ever arrived.
    public var hasListedContainers: Bool { hasListed }

    /// What is not durable yet; nil when everything is.
    public var unsavedMemory: NodeMemory? { persistence.isDirty ? memory : nil }

    /// The host ports that containers of ours hold or are about to hold.
    ///
    /// A start that failed before says nothing of the port: somebody else may hold it.
    public var ownHostPorts: Set<UInt16> {
        var ports: Set<UInt16> = []
        for track in tracks.values {
            let starting = track.run.failures == 0 ? track.containerInFlight : nil
            for record in track.containers where record.state.isAlive || record.id == starting {
                ports.formUnion(record.observed.hostPorts.map(\.number))
            }
        }
        return ports
    }

    /// Whether somebody still waits for what an action brings; only a pull can lose its purpose.
    public func isNeeded(_ work: NodeAction.Work) -> Bool {
        guard case .pull(let image, let policy, let credential) = work else { return true }
        let key = PullKey(image: image, policy: policy, credential: credential)
        return tracks.values.contains { $0.wish?.pullKey == key && $0.unpreparedSince != nil }
    }

    /// How many results came too late or for nothing.
    public var staleResults: UInt64 { flights.staleResults }

    /// How many actions await their result.
    public var actionsUnderWay: Int { flights.count }
}
