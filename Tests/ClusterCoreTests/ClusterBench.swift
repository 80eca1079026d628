import Model

@testable import ClusterCore

/// A cluster on virtual time with obedient agents, and the rows a database would hold.
struct ClusterBench {
    var cluster: Cluster
    var now = Moment(
        monotonic: MonotonicInstant(milliseconds: 1_000_000),
        wall: Timestamp(milliseconds: 1_790_000_000_000))
    var ids = SeededIDSource(seed: 7)
    /// What a database holds after every commit.
    var stored: [RowKey: Row] = [:]
    /// The effects of the last command.
    var effects: [Effect] = []
    /// The changes of the last command.
    var changes: [RowChange] = []
    var sequences: [NodeID: UInt64] = [:]
    var boots: [NodeID: BootID] = [:]
    /// What each node's agent has: the placements of its last document.
    var containers: [NodeID: [DesiredReplica]] = [:]
    /// Images whose containers end at once.
    var brokenImages: Set<String> = []
    /// Images that nodes reject: the former container runs on.
    var rejectedImages: Set<String> = []
    /// Images that never get ready.
    var slowImages: Set<String> = []
    /// Digests that nodes find for images.
    var digests: [String: String] = [:]
    var foreignPorts: [NodeID: [UInt16]] = [:]
    /// Host ports on which no container can start.
    var busyPorts: Set<UInt16> = []
    /// Whether the generation before serves where a port is busy.
    var servesBehindBusyPorts = false
    var versions: [NodeID: String] = [:]
    var capabilities: [NodeID: [String]] = [:]
    var intervals: [NodeID: Int] = [:]
    /// Documents that agents act on although this database never made them.
    var told: [NodeID: NodeReport.Applied] = [:]

    init(settings: ClusterSettings = ClusterSettings()) throws {
        let meta = MetaRow(epoch: ids.nextIdentifier(), createdAt: now.wall)
        cluster = try Cluster(loading: ClusterSnapshot(meta: meta), settings: settings)
        stored[.meta] = .meta(meta)
    }

    /// Gives a command, stores its changes, and checks the invariants that always hold.
    @discardableResult
    mutating func apply(_ command: Command) throws(Rejection) -> Reply {
        let outcome = try cluster.apply(command, now: now, ids: &ids)
        effects = outcome.effects
        changes = outcome.rowChanges
        for change in outcome.rowChanges {
            switch change.kind {
            case .put(let row): stored[row.key] = row
            case .delete(let key): stored[key] = nil
            }
        }
        return outcome.reply
    }

    mutating func set(_ node: NodeID, _ availability: NodeAvailability) throws(Rejection) {
        try apply(.setNodeAvailability(.init(nodeID: node, availability: availability, requestID: "set")))
    }

    mutating func pass(milliseconds: Int64) { now = now.adding(milliseconds: milliseconds) }

    @discardableResult
    mutating func tick() throws(Rejection) -> [Effect] {
        try apply(.tick)
        return effects
    }

    /// Registers a node; a ready one has reported once.
    @discardableResult
    mutating func addNode(
        _ name: String, arch: String? = "x86_64", os: String? = "linux", labels: [String: String] = [:],
        cpuMillis: Int64? = 4000, memoryBytes: Int64? = 8 << 30, publicIP: String? = nil,
        publicHost: String? = nil, isReady: Bool = true
    ) throws -> NodeID {
        let inventory = Inventory(
            arch: arch, os: os, labels: labels,
            capacity: Capacity(cpuMillis: cpuMillis, memoryBytes: memoryBytes),
            publicIP: publicIP, publicHost: publicHost)
        let reply = try apply(
            .registerNode(
                RegisterNode(
                    name: name, inventory: inventory, tokenHash: [1, 2, 3], requestID: "register-\(name)")))
        guard case .registration(let registration) = reply else { throw BenchFailure.unexpectedReply }
        boots[registration.nodeID] = ids.nextIdentifier()
        if isReady { try report(registration.nodeID) }
        return registration.nodeID
    }

    /// The node takes its document, does what it says, and reports so.
    mutating func obey(_ node: NodeID) throws {
        if cluster.awaitsReport(node) { try report(node) }
        if let document = cluster.document(for: node) { containers[node] = document.replicas }
        try report(node)
    }

    /// The node takes its document, and nothing of it comes up.
    mutating func obey(_ node: NodeID, failing message: String) throws {
        if let document = cluster.document(for: node) { containers[node] = document.replicas }
        var report = nextReport(node)
        for index in report.containers.indices {
            report.containers[index].state = .failed
            report.containers[index].message = message
        }
        try apply(.recordReport(RecordReport(nodeID: node, report: report)))
    }

    /// The node reports what it has, without looking at its document.
    mutating func report(_ node: NodeID, status: NodeSelfStatus = .ready) throws {
        try apply(.recordReport(RecordReport(nodeID: node, report: nextReport(node, status: status))))
    }

    /// A report by a clock that differs from the control plane's.
    mutating func report(_ node: NodeID, clockAhead milliseconds: Int64) throws {
        var report = nextReport(node)
        report.timestamp = now.wall.adding(milliseconds: milliseconds)
        try apply(.recordReport(RecordReport(nodeID: node, report: report)))
    }

    mutating func nextReport(_ node: NodeID, status: NodeSelfStatus = .ready) -> NodeReport {
        sequences[node, default: 0] += 1
        return NodeReport(
            bootID: boots[node], sequence: sequences[node] ?? 0, nodeStatus: status,
            foreignPorts: foreignPorts[node] ?? [],
            applied: told[node]
                // What was added since a restart was told to nobody that has not reported since.
                ?? .init(
                    epoch: cluster.epoch,
                    revision: cluster.unheard[node] ?? cluster.headRevision(of: node) ?? 0),
            containers: (containers[node] ?? []).map(instanceReport),
            capabilities: capabilities[node] ?? AgentCapability.allCases.map(\.rawValue),
            intervalSecs: intervals[node], agentVersion: versions[node])
    }

    func instanceReport(_ replica: DesiredReplica) -> InstanceReport {
        let isBroken = brokenImages.contains(replica.container.image)
        let state: InstanceState = replica.desiredState == .stopped ? .stopped : isBroken ? .failed : .running
        var report = InstanceReport(
            assignmentID: replica.assignmentID, deploymentID: replica.deploymentID,
            replicaNumber: replica.replicaNumber, generation: replica.generation, state: state,
            message: isBroken ? "exited with 1" : nil, lastUpdated: now.wall,
            imageDigest: digests[replica.container.image],
            endpoints: replica.ports.compactMap { port in port.hostPort.map { "node:\($0)" } })
        if slowImages.contains(replica.container.image) { report.state = .pending }
        if replica.ports.contains(where: { busyPorts.contains($0.hostPort ?? 0) }) {
            report.state = servesBehindBusyPorts ? .running : .failed
            if servesBehindBusyPorts { report.generation = replica.generation - 1 }
            report.isPortTaken = true
        }
        if rejectedImages.contains(replica.container.image) {
            report.rejectedGeneration = replica.generation
            report.generation = replica.generation - 1
            report.message = "the health gate failed"
        }
        return report
    }

    /// Lets agents and ticks go on until nothing changes any more.
    mutating func settle(_ nodes: [NodeID], rounds: Int = 12) throws {
        for _ in 0..<rounds {
            for node in nodes { try obey(node) }
            try tick()
            pass(milliseconds: 1000)
        }
    }

    /// Time passes while only these nodes report.
    mutating func live(_ nodes: [NodeID], milliseconds: Int64) throws {
        var rest = milliseconds
        while rest > 0 {
            pass(milliseconds: min(15_000, rest))
            rest -= 15_000
            for node in nodes { try obey(node) }
            try tick()
        }
    }

    /// Starts the core anew from what was stored.
    mutating func restart() throws {
        guard case .meta(let meta) = stored[.meta] else { throw BenchFailure.unexpectedReply }
        cluster = try Cluster(
            loading: ClusterSnapshot(meta: meta, rows: stored.values), settings: cluster.settings)
        effects = cluster.resumed(now: now)
    }

    @discardableResult
    mutating func create(_ spec: DeploymentSpec) throws(Rejection) -> Reply.Deployment {
        guard
            case .deployment(let reply) = try apply(.createDeployment(.init(spec: spec, requestID: "create")))
        else { throw Rejection(.internalFault, "unexpected reply") }
        return reply
    }

    @discardableResult
    mutating func patch(
        _ id: DeploymentID, requestID: String = "patch", _ change: (inout DeploymentSpec) -> Void
    ) throws(Rejection) -> Reply.Deployment {
        guard var spec = cluster.deploymentRow(id)?.spec else { throw Rejection(.notFound, "no \(id)") }
        change(&spec)
        let command = Command.patchDeployment(.init(id: id, spec: spec, requestID: requestID))
        guard case .deployment(let reply) = try apply(command) else {
            throw Rejection(.internalFault, "unexpected reply")
        }
        return reply
    }

    /// The generations the replicas shall run, by number.
    func generations(_ id: DeploymentID) -> [UInt64] {
        (cluster.deployment(id, explaining: false)?.instances ?? []).map(\.generation)
    }

    /// Where the replicas stand, by number.
    func places(_ id: DeploymentID) -> [Int: NodeID] {
        let instances = cluster.deployment(id, explaining: false)?.instances ?? []
        return Dictionary(uniqueKeysWithValues: instances.map { ($0.replicaNumber, $0.nodeID) })
    }

    /// Everything the plan checker finds wrong with the whole state.
    var violations: [String] {
        cluster.tables.nodes.values.flatMap { node in
            let load = NodeLoad(rows: cluster.rows(on: node.id))
            return load.portConflicts + load.overload(of: node, asking: true, memory: true)
        }
    }

    var events: [ClusterEvent] {
        effects.compactMap { effect in
            guard case .event(let event) = effect else { return nil }
            return event
        }
    }
}

enum BenchFailure: Error { case unexpectedReply }

extension DeploymentSpec {
    /// A small declaration for tests.
    static func sample(
        _ name: String = "web", image: String = "web:1", replicas: Int = 1, ports: [PortMapping] = [],
        resources: Resources? = nil, constraints: Constraints? = nil, placement: PlacementHints? = nil,
        strategy: RolloutStrategy = RolloutStrategy(healthyAfterSecs: 0)
    ) -> DeploymentSpec {
        DeploymentSpec(
            name: name, container: ContainerSpec(image: image, resources: resources), replicas: replicas,
            constraints: constraints, placement: placement, strategy: strategy, ports: ports)
    }
}
