internal import Model

/// Everything the machine knows of one assignment: what is wished, what is there, what was tried.
struct ReplicaTrack: Sendable {
    /// What a report needs when neither wish nor container is left.
    struct Origin: Hashable, Sendable {
        var deploymentID: DeploymentID
        var replicaNumber: Int
        var generation: UInt64
        var graceSecs: Int
    }

    struct ReadyImage: Hashable, Sendable {
        var specHash: String
        var imageID: String
    }

    let assignmentID: AssignmentID
    /// Nil: it shall go away.
    var wish: Wish?
    var origin: Origin
    /// Ordered by id.
    var containers: [ContainerRecord] = []
    var memory: ReplicaMemory { didSet { if memory != oldValue { isMemoryChanged = true } } }
    var isMemoryChanged = false
    /// What of the memory is known to be on disk; the old container is not stopped before the way back is there.
    var durable: ReplicaMemory
    /// Whether a step waits for the memory to be written.
    var awaitsMemory = false
    /// The one action under way for it, pulls and inspections aside.
    var inFlight: NodeAction.Work?
    /// Starts and runs.
    var run: Backoff
    /// Pulls and creations.
    var prepare = Backoff()
    /// Stops and removals.
    var cleanup = Backoff()
    /// Files written anew below a running container.
    var reload = Backoff()
    var readyImage: ReadyImage?
    /// Since when it lacks a container of the wished hash.
    var unpreparedSince: MonotonicInstant?
    /// Whether only somebody else's port keeps it from starting.
    var waitsForPort = false
    /// Whether its last start failed because a host port is taken by somebody who is not ours.
    var isPortTaken = false
    /// How often this generation failed for a host port in this life of the agent.
    var portFailures: UInt32 = 0
    var wakeAt: MonotonicInstant?
    var statusMark: StatusMark?
    var statusChangedAt: Timestamp

    init(wish: Wish, memory: ReplicaMemory, at now: Moment) {
        assignmentID = wish.replica.assignmentID
        self.wish = wish
        self.memory = memory
        durable = memory
        run = Backoff(failures: memory.consecutiveFailures)
        origin = Origin(
            deploymentID: wish.replica.deploymentID, replicaNumber: wish.replica.replicaNumber,
            generation: wish.replica.generation, graceSecs: wish.replica.container.stopGraceSecs)
        statusChangedAt = now.wall
    }

    /// A track of containers that no document names.
    init(found identity: ContainerIdentity, memory: ReplicaMemory?, at now: Moment) {
        assignmentID = identity.assignmentID
        self.memory =
            memory ?? ReplicaMemory(assignmentID: identity.assignmentID, generation: identity.generation)
        durable = self.memory
        run = Backoff(failures: self.memory.consecutiveFailures)
        origin = Origin(
            deploymentID: identity.deploymentID, replicaNumber: identity.replicaNumber,
            generation: identity.generation, graceSecs: SpecLimits.defaultStopGraceSecs)
        statusChangedAt = now.wall
    }

    func index(of id: ContainerID) -> Int? { containers.firstIndex { $0.id == id } }

    /// How long a container has to end by itself: what it was made or wished with, not what its successor gets.
    func graceSecs(of id: ContainerID) -> Int { record(id)?.identity.stopGraceSecs ?? origin.graceSecs }

    func record(_ id: ContainerID) -> ContainerRecord? { containers.first { $0.id == id } }

    /// The container an action under way is about.
    var containerInFlight: ContainerID? {
        switch inFlight {
        case .start(let id), .stop(let id, _), .remove(let id): id
        default: nil
        }
    }

    var isStarting: Bool { if case .start = inFlight { true } else { false } }

    /// Docker is away: what was under way is given up, and no trial runs out meanwhile.
    mutating func dockerLost() {
        forgetLiveInFlight()
        inFlight = nil
        for index in containers.indices {
            containers[index].trialSince = nil
            containers[index].health?.gaveUp()
        }
    }

    mutating func add(_ record: ContainerRecord) {
        let place = containers.firstIndex { $0.id > record.id } ?? containers.count
        containers.insert(record, at: place)
        if let wish { takeGrace(of: wish, at: place) }
    }
}
