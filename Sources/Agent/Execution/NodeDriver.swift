internal import EventLoop
internal import Logging
internal import Model
internal import NodeCore

/// Owns the machine: feeds it events, runs its actions, sets its one timer.
@LoopActor
final class NodeDriver {
    /// Wakes whoever reports when the machine has something new to say.
    let statusChanged = Gate()
    /// Wakes the Docker loop when an action found Docker gone.
    let dockerLost = Gate()
    /// Wakes who waits for the first word of Docker.
    private let progress = Gate()
    private let metrics: AgentMetrics

    private var machine: NodeMachine
    private let runtime: any ContainerRuntime
    private let time: any TimeSource
    private let hash: SpecHash
    private let log: Logger
    private let timer = LoopTimer()
    private let tasks = ActionTasks()
    private var reportedVersion: UInt64?
    private var pulls: [ActionID: NodeAction.Work] = [:]
    private var hasAskedDocker = false
    /// Names for log lines; those of replicas that left are kept as long as there is room.
    private var names: [AssignmentID: String] = [:]

    init(
        machine: NodeMachine, runtime: any ContainerRuntime, time: any TimeSource, hash: SpecHash,
        metrics: AgentMetrics, log: Logger
    ) {
        self.machine = machine
        self.runtime = runtime
        self.time = time
        self.hash = hash
        self.metrics = metrics
        self.log = log
    }

    // MARK: Events

    func documentAccepted(_ document: DesiredStateDocument) {
        let hash = hash
        let runtime = runtime
        if names.count > AgentLimits.replicaNames { names = [:] }
        for replica in document.deployments {
            names[replica.assignmentID] = "\(replica.name)/\(replica.replicaNumber)"
        }
        feed { machine, now in
            let actions = machine.documentAccepted(document, at: now) { hash($0) }
            runtime.told(document, specHashes: machine.wishedHashes)
            return actions
        }
    }

    func dockerBecameReachable() { feed { $0.dockerBecameReachable(at: $1) } }

    func dockerBecameUnreachable(_ reason: String) {
        hasAskedDocker = true
        feed { $0.dockerBecameUnreachable(reason: reason, at: $1) }
    }

    func imageSpaceMeasured(_ percent: Int) {
        feed { $0.imageSpaceMeasured(usedPercent: percent, at: $1) }
    }

    /// Endpoints are at this address from now on.
    func addressFound(_ address: String) {
        feed { machine, _ in
            machine.addressFound(address)
            return []
        }
    }

    func eventsWereInterrupted() { feed { $0.eventsWereInterrupted(at: $1) } }

    func containerChanged(_ id: ContainerID, _ change: ContainerChange) {
        feed { $0.containerChanged(id, change, at: $1) }
    }

    // MARK: What others ask

    var isCollectingImages: Bool { machine.isCollectingImages }
    var isDockerReachable: Bool { machine.isDockerReachable }
    var appliedDocument: DesiredStateDocument? { machine.appliedDocument }
    var conditions: [Condition] { machine.conditions }
    var hasListedContainers: Bool { machine.hasListedContainers }
    var ownHostPorts: Set<UInt16> { machine.ownHostPorts }
    /// Whether Docker has told what there is, or was found away.
    var knowsDocker: Bool { hasAskedDocker || machine.hasListedContainers }
    var mayHoldContainers: Bool { machine.mayHoldContainers }

    /// The container that stands for a replica.
    func container(of id: AssignmentID) -> ContainerID? { machine.container(of: id) }

    /// How long a container has to end by itself; nil for one that is not known.
    func graceSecs(of id: ContainerID) -> Int? { machine.graceSecs(of: id) }

    /// The longest such time of all containers; nil without any.
    var longestGraceSecs: Int? { machine.longestGraceSecs }

    /// What is wished of a replica.
    func replica(_ id: AssignmentID) -> DesiredReplica? { machine.replica(id) }

    /// The containers that run for replicas.
    var sampleTargets: [SampleTarget] { machine.sampleTargets }

    /// Whether the machine would say something that was not in the last report.
    var hasNews: Bool { machine.statusVersion != reportedVersion }

    func reports(sequence: UInt64) -> [InstanceReport] {
        reportedVersion = machine.statusVersion
        return machine.reports(sequence: sequence, at: time.now())
    }

    func reportAcknowledged(_ sequence: UInt64) { machine.reportAcknowledged(sequence: sequence) }

    /// The last report did not arrive: what it said is still news.
    func reportWasLost() { reportedVersion = nil }

    /// Waits until something is known of Docker, at most so long.
    func looked(forMilliseconds milliseconds: Int64, until holds: @LoopActor () -> Bool) async throws {
        do {
            try await progress.until(
                deadlineMilliseconds: milliseconds, operation: "wait for docker", holds)
        } catch let failure as LoopFailure where failure.code == .deadline {}
    }

    /// Gives up everything under way and writes what is not durable yet; containers stay as they are.
    func stop(withinMilliseconds patience: Int64 = AgentLimits.actionEndMilliseconds) async {
        timer.close()
        if await !tasks.stop(withinMilliseconds: patience) {
            log.warning("some actions did not end in time; they are left to Docker")
        }
        guard let memory = machine.unsavedMemory else { return }
        if case .failed(let failure) = await runtime.perform(.persistMemory(memory)) {
            log.warning("restart counts of the last seconds are lost: \(failure.detail)")
        }
    }

    // MARK: The cycle

    private func feed(_ event: (inout NodeMachine, Moment) -> [NodeAction]) {
        guard !tasks.isStopped else { return }
        let before = machine.statusVersion
        let actions = event(&machine, time.now())
        for action in actions { run(action) }
        for (id, work) in pulls where !machine.isNeeded(work) { tasks.cancel(id) }
        arm()
        progress.changed()
        if machine.statusVersion != before { statusChanged.changed() }
        if !machine.isDockerReachable { dockerLost.changed() }
    }

    private func run(_ action: NodeAction) {
        log.debug("action", metadata: ["id": "\(action.id)", "work": "\(ActionWords.of(action.work))"])
        let runtime = runtime
        if case .pull = action.work { pulls[action.id] = action.work }
        let started = EventLoop.hrtimeNanoseconds
        tasks.start(action.id) { [weak self] in
            let result = await runtime.perform(action.work)
            self?.finished(action, result, since: started)
        }
    }

    private func finished(_ action: NodeAction, _ result: ActionResult, since started: UInt64) {
        guard !tasks.isStopped else { return }
        pulls[action.id] = nil
        measure(action.work, result, since: started)
        let replica = action.assignmentID.flatMap { names[$0] }
        if case .failed(let failure) = result {
            log.warning("\(ActionWords.of(action.work, replica: replica)) failed: \(failure.detail)")
        } else if let words = ActionWords.done(action.work, replica: replica) {
            log.info("\(words)")
        }
        feed { $0.actionFinished(action.id, result, at: $1) }
    }

    private func measure(_ work: NodeAction.Work, _ result: ActionResult, since started: UInt64) {
        var isRestart = false
        if case .start(let id) = work { isRestart = machine.isRestart(of: id) }
        metrics.acted(
            work, result, isRestart: isRestart, nanoseconds: EventLoop.hrtimeNanoseconds - started)
    }

    private func arm() {
        guard let deadline = machine.nextDeadline else { return timer.stop() }
        let wait = deadline.milliseconds(since: time.now().monotonic)
        timer.start(afterMilliseconds: max(1, wait)) { [weak self] in self?.feed { $0.timePassed(at: $1) } }
    }
}
