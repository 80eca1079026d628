import ClusterCore
import Model
import NodeCore

/// Distrusts everybody: compares what was decided, stored, told and done.
final class Inspector {
    let world: World
    var ledger = Ledger()
    /// The engines by node, to compare words with deeds.
    var engines: [NodeID: EngineModel] = [:]
    private var assignments: [AssignmentID: AssignmentRow] = [:]
    private var byNode: [NodeID: Set<AssignmentID>] = [:]
    /// Placements that a stored decision has ended.
    private var ended: Set<AssignmentID> = []
    private(set) var lastHeard: [NodeID: Int64] = [:]
    private(set) var loadedAt: Int64 = 0
    /// What each node has said in full to this life of the control plane.
    var lastFull: [NodeID: [AssignmentID: InstanceReport]] = [:]
    /// Who has reported since a database was copied back.
    private var firstWords: Set<NodeID> = []
    /// Since when a placement runs twice.
    var duplicateSince: [AssignmentID: Int64] = [:]
    /// Deployments that were found to be as declared at the end.
    var settled: Set<DeploymentID> = []
    /// What our own decisions have taken down.
    var ownHand = OwnHandBook()
    /// How often nodes changed containers.
    var switches = SwitchBook()
    /// When somebody removed a container of a placement by hand.
    var removals: [AssignmentID: Int64] = [:]
    /// The newest version of each config.
    var configVersions: [ConfigID: ConfigVersionRow] = [:]
    private var documents: [NodeID: [ControlPlaneModel.Position: [DesiredReplica]]] = [:]

    init(_ world: World) { self.world = world }

    // MARK: what the core decides

    func loaded(_ store: StoreModel, _ now: Int64) {
        loadedAt = now
        lastHeard = [:]
        lastFull = [:]
        assignments = [:]
        byNode = [:]
        for case .assignment(let row) in store.rows.values { put(row) }
        configVersions = [:]
        for case .configVersion(let row) in store.rows.values {
            let newest = configVersions[row.reference.configID]?.reference.version ?? 0
            if row.reference.version > newest { configVersions[row.reference.configID] = row }
        }
        reloadOwnHand(store)
        if let broken = ledger.loaded(store) { world.fail(broken) }
    }

    /// A report or a poll of a node came through to this life of the control plane.
    func heard(_ id: NodeID, _ core: Cluster?, at now: Int64) {
        if let core { noticeReturn(of: id, core, now) }
        lastHeard[id] = now
    }

    /// The same, with what the node says it has.
    func heard(_ report: NodeReport, from id: NodeID, _ core: Cluster?, at now: Int64) {
        heard(id, core, at: now)
        guard report.isFull else { return }
        let said = report.containers.compactMap { said in said.assignmentID.map { ($0, said) } }
        lastFull[id] = Dictionary(said) { $1 }
    }

    /// A node has said what it acts on.
    func reported(_ id: NodeID) {
        guard world.awaitsFirstWords else { return }
        firstWords.insert(id)
        if firstWords.count == engines.count { world.awaitsFirstWords = false }
    }

    func decided(_ changes: [RowChange], _ core: Cluster, sequence: UInt64, at now: Int64) {
        var touched: Set<NodeID> = []
        let before = assignments
        for change in changes {
            switch change.kind {
            case .put(.assignment(let row)):
                checkRetirement(row, before: before, core, now)
                checkReturn(row, before[row.id], core)
                checkHold(row, before[row.id], core)
                checkFormerPorts(row)
                put(row)
                touched.insert(row.nodeID)
            case .delete(.assignment(let id)): released(id, core)
            case .put(.deployment(let row)):
                let state: Ledger.State =
                    row.deletedAt == nil ? .live(row.spec, nonce: row.restartNonce) : .deleted
                ledger.decided(row.id, state, sequence: sequence)
            case .put(.configVersion(let row)): checkContainerVersion(row)
            case .delete(.deployment(let id)): ledger.decided(id, .deleted, sequence: sequence)
            default: break
            }
        }
        checkOwnHand(changes, before: before, core)
        for node in touched.sorted() { checkRoom(on: node, core) }
    }

    private func put(_ row: AssignmentRow) {
        assignments[row.id] = row
        byNode[row.nodeID, default: []].insert(row.id)
    }

    /// A replica loses its place only for a reason that is true.
    private func checkRetirement(
        _ row: AssignmentRow, before: [AssignmentID: AssignmentRow], _ core: Cluster, _ now: Int64
    ) {
        guard case .retiring(_, let reason) = row.phase, !isRetiring(assignments[row.id]) else { return }
        let deployment = core.deploymentRow(row.deploymentID)
        let isTrue =
            switch reason {
            case .scaledDown:
                deployment.map { $0.spec.mode == .replicated && row.replicaNumber >= $0.spec.replicas }
                    ?? false
            case .deploymentDeleted: deployment == nil
            case .originalReturned: isReplacedByOriginal(row, before: before, core)
            case .portTaken: isPortTaken(row)
            case .placementChanged where assignments[row.id]?.phase == .arriving: true
            case .placementChanged: deployment.map { $0.generation != row.generation } ?? false
            case .drained: core.nodeRow(row.nodeID)?.availability == .draining
            case .nodeLost, .awaitingReturn: isLost(row, reason, deployment, now)
            }
        guard !isTrue else { return }
        world.fail("placement \(row.id) retired as \(reason.rawValue), which is not so")
    }

    /// An update that an operator holds takes no replica any further.
    private func checkHold(_ row: AssignmentRow, _ former: AssignmentRow?, _ core: Cluster) {
        guard let former, former.generation != row.generation,
            core.deploymentRow(row.deploymentID)?.rollout.isPaused == true
        else { return }
        world.fail("placement \(row.id) went to generation \(row.generation) while its update is held")
    }

    /// What a placement held is free only when nothing of it runs any more.
    private func released(_ id: AssignmentID, _ core: Cluster) {
        guard let row = assignments.removeValue(forKey: id) else { return }
        byNode[row.nodeID]?.remove(id)
        guard core.nodeRow(row.nodeID)?.tombstone == nil else { return ownHand.deletedByForce(id) }
        guard let container = engines[row.nodeID]?.alive(of: id).first else { return }
        world.fail("placement \(id) was released while container \(container.fact.id) of it runs")
    }

    /// Ports of an earlier generation are free only when no container holds them any more.
    private func checkFormerPorts(_ row: AssignmentRow) {
        guard let before = assignments[row.id], !before.formerPorts.isEmpty else { return }
        let kept = Set((row.ports + row.formerPorts).compactMap(\.hostPort))
        for number in before.formerPorts.compactMap(\.hostPort) where !kept.contains(number) {
            let holder = engines[row.nodeID]?.alive(of: row.id).first { container in
                container.fact.hostPorts.contains { $0.number == number }
            }
            guard let holder else { continue }
            world.fail("port \(number) was released while container \(holder.fact.id) holds it")
        }
    }

    /// No host port and no capacity is promised twice, retiring placements and former ports included.
    private func checkRoom(on node: NodeID, _ core: Cluster) {
        var holders: [PortMapping.Transport: [UInt16: AssignmentID]] = [:]
        var cpu: Int64 = 0
        var memory: Int64 = 0
        for id in (byNode[node] ?? []).sorted() {
            guard let row = assignments[id] else { continue }
            cpu += row.resources?.cpuMillis ?? 0
            memory += row.resources?.memoryBytes ?? 0
            for port in row.ports + row.formerPorts {
                guard let number = port.hostPort else {
                    return world.fail("placement \(id) has a port without a number")
                }
                if let other = holders[port.transport]?[number], other != id {
                    return world.fail("port \(number) of node \(node) is promised to \(other) and \(id)")
                }
                holders[port.transport, default: [:]][number] = id
            }
        }
        guard let capacity = core.nodeRow(node)?.inventory.capacity else { return }
        if let most = capacity.cpuMillis, cpu > most {
            world.fail("node \(node) has \(cpu) of \(most) cpu_millis promised")
        }
        if let most = capacity.memoryBytes, memory > most {
            world.fail("node \(node) has \(memory) of \(most) memory_bytes promised")
        }
    }

    /// The same for every node, whatever was decided last.
    func checkRooms(_ core: Cluster) { for node in byNode.keys.sorted() { checkRoom(on: node, core) } }

    /// Whether something else holds, or held lately, a port of a placement on its node.
    private func isPortTaken(_ row: AssignmentRow) -> Bool {
        row.ports.contains { port in
            port.hostPort.map { engines[row.nodeID]?.wasForeign($0) ?? false } ?? false
        }
    }

    private func isRetiring(_ row: AssignmentRow?) -> Bool {
        if case .retiring? = row?.phase { true } else { false }
    }

    // MARK: what is stored

    func stored(_ changes: [RowChange]) {
        for change in changes {
            switch change.kind {
            case .put(.assignment(let row)):
                if isRetiring(row), !row.isAwaitingReturn { ended.insert(row.id) }
            case .delete(.assignment(let id)): ended.insert(id)
            default: break
            }
        }
    }

    // MARK: an older database

    func restored(_ store: StoreModel) {
        ledger.restored(store)
        ownHand = OwnHandBook()
        documents = [:]
    }

    /// A database is copied back by hand: a node that is still writing what the lost one told it may say first that it acts
    /// on the document before, and then follows the older database without a word (`docs/operations.md`).
    func overtook(_ agents: [AgentModel]) {
        for agent in agents {
            ended.formUnion(agent.writing?.deployments.map(\.assignmentID) ?? [])
        }
    }

    /// An operator lets nodes go on: what they have and the database does not know may go now, and not before.
    func confirmed(_ agents: [AgentModel], _ core: Cluster) {
        for agent in agents {
            let known = Set(core.instances(on: agent.id).map(\.assignmentID))
            let run = agent.engine.containers.values.compactMap { $0.fact.identity?.assignmentID }
            let told = agent.files.document?.deployments.map(\.assignmentID) ?? []
            ended.formUnion((run + told).filter { !known.contains($0) })
        }
    }

    // MARK: what nodes are told

    /// Every document stands on stored rows, and one revision never says two things.
    func sent(_ document: DesiredStateDocument, to id: NodeID, _ store: StoreModel) {
        guard case .node(let row)? = store.rows[.node(id)], row.revision >= document.revision else {
            return world.fail("node \(id) was told revision \(document.revision) before it was stored")
        }
        let position = ControlPlaneModel.Position(epoch: document.epoch, revision: document.revision)
        if let known = documents[id]?[position], known != document.deployments {
            let news = document.deployments.filter { !known.contains($0) }
            let gone = known.filter { !document.deployments.contains($0) }
            return world.fail(
                "revision \(document.revision) of node \(id) says two things: first \(gone), then \(news)")
        }
        documents[id, default: [:]][position] = document.deployments
    }

    // MARK: what nodes do

    func collided(_ container: EngineModel.Container, _ other: EngineModel.Container) {
        guard let mine = container.fact.identity?.assignmentID,
            let theirs = other.fact.identity?.assignmentID,
            mine != theirs
        else { return }
        world.fail(
            "container \(container.fact.id) needs a port that \(other.fact.id) of another placement holds")
    }

    /// No container of a healthy, unchanged replica is stopped without a reason.
    func willEnd(_ id: ContainerID, _ engine: EngineModel, _ machine: NodeMachine) {
        guard let container = engine.containers[id], container.fact.state.isAlive,
            let assignment = container.fact.identity?.assignmentID
        else { return }
        guard let document = machine.appliedDocument else {
            return world.fail("container \(id) is stopped without a document")
        }
        guard let replica = document.deployments.first(where: { $0.assignmentID == assignment }) else {
            if !ended.contains(assignment) {
                world.fail("container \(id) is stopped although nothing ended placement \(assignment)")
            }
            return
        }
        let wished = SpecHash.of(LiveConfigs(document).made(replica))
        let isRejected = machine.memory.replicas.contains {
            $0.assignmentID == assignment && $0.rejected?.specHash == container.hash
        }
        if replica.desiredState == .stopped || isRejected { return }
        if container.hasFailed(replica.container.health) { return }
        if engine.alive(of: assignment).count > 1 || hasLostOne(of: assignment, engine) { return }
        guard container.hash == wished else {
            let isPrepared = engine.containers.values.contains {
                $0.fact.identity?.assignmentID == assignment && $0.hash == wished
            }
            let isTakenAway = removals[assignment].map {
                world.now - $0 < AgentModel.settings.resyncMilliseconds
            }
            guard !isPrepared, isTakenAway != true else { return }
            world.fail("container \(id) is stopped before its successor exists")
            return
        }
        world.fail("container \(id) of an unchanged replica is stopped")
    }

    /// Whether a container of a placement ended so lately that its agent may not know.
    private func hasLostOne(of assignment: AssignmentID, _ engine: EngineModel) -> Bool {
        engine.containers.values.contains {
            $0.fact.identity?.assignmentID == assignment && !$0.fact.state.isAlive
                && world.now - ($0.endedAt ?? .min / 2) < AgentModel.settings.resyncMilliseconds
        }
    }
}
