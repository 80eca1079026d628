import ClusterCore
import Glibc
import Model

/// What the control plane's core costs at three sizes: placing, moving replicas of dead nodes, one report, one tick of
/// an update.
struct CoreBench {
    /// One line of the table.
    struct Figures {
        var nodes: Int
        var replicas: Int
        /// Milliseconds to place all replicas.
        var placed: Double
        /// Milliseconds to move the replicas of every tenth node, which are dead.
        var moved: Double
        var movedReplicas: Int
        /// Microseconds of one report of a node at rest.
        var report: Double
        /// Microseconds of one report with a changed replica.
        var news: Double
        /// Microseconds of the tick that follows such a report while a deployment is updated.
        var tick: Double
    }

    /// Replicas of one deployment.
    static let replicasOfOne = 1000
    /// Reports measured for one figure.
    static let reports = 2000
    /// Ticks measured for one figure.
    static let ticks = 100

    private var cluster: Cluster
    private var ids = SeededIDSource(seed: 7)
    private var now = Moment(
        monotonic: MonotonicInstant(milliseconds: 1_000_000), wall: Timestamp(milliseconds: 1_790_000_000_000)
    )
    private var nodes: [NodeID] = []
    private var sequence: UInt64 = 0
    private let boot: BootID

    private init() throws {
        boot = ids.nextIdentifier()
        let meta = MetaRow(epoch: ids.nextIdentifier(), createdAt: now.wall)
        cluster = try Cluster(loading: ClusterSnapshot(meta: meta), settings: ClusterSettings())
    }

    /// Measures every size and prints the table.
    static func run(_ write: (String) -> Void) throws {
        write(
            "| nodes | replicas | placed, ms | of dead nodes | moved, ms | report, µs | report with news, µs "
                + "| tick of an update, µs |\n")
        write("|---|---|---|---|---|---|---|---|\n")
        for nodes in [100, 1000, 10_000] {
            let line = try measure(nodes: nodes, replicas: nodes * 10)
            write(
                "| \(line.nodes) | \(line.replicas) | \(rounded(line.placed)) | \(line.movedReplicas) "
                    + "| \(rounded(line.moved)) | \(rounded(line.report)) | \(rounded(line.news)) "
                    + "| \(rounded(line.tick)) |\n")
        }
    }

    /// One size.
    static func measure(nodes: Int, replicas: Int) throws -> Figures {
        var bench = try CoreBench()
        for _ in 0..<nodes { try bench.addNode() }
        let placed = try bench.place(replicas)
        for node in bench.nodes { try bench.report(node, bench.containers(of: node)) }
        let report = try bench.reports(isNews: false)
        let news = try bench.reports(isNews: true)
        let (moved, count) = try bench.bury(nodes / 10)
        return Figures(
            nodes: nodes, replicas: replicas, placed: placed, moved: moved, movedReplicas: count,
            report: report, news: news, tick: try bench.ticks())
    }

    private mutating func addNode() throws {
        let inventory = Inventory(
            arch: "x86_64", os: "linux", labels: ["zone": "a"],
            capacity: Capacity(cpuMillis: 8000, memoryBytes: 16 << 30))
        let id: NodeID = ids.nextIdentifier()
        let command = RegisterNode(
            nodeID: id, name: "node-\(nodes.count)", inventory: inventory, tokenHash: [1], requestID: "r")
        _ = try cluster.apply(.registerNode(command), now: now, ids: &ids)
        nodes.append(id)
        try report(id, [])
    }

    private mutating func report(_ node: NodeID, _ containers: [InstanceReport]) throws {
        sequence += 1
        let report = NodeReport(
            bootID: boot, sequence: sequence,
            applied: .init(epoch: cluster.epoch, revision: cluster.headRevision(of: node) ?? 0),
            containers: containers)
        _ = try cluster.apply(.recordReport(.init(nodeID: node, report: report)), now: now, ids: &ids)
    }

    private func containers(of node: NodeID) -> [InstanceReport] {
        (cluster.document(for: node)?.replicas ?? []).map { replica in
            InstanceReport(
                assignmentID: replica.assignmentID, deploymentID: replica.deploymentID,
                replicaNumber: replica.replicaNumber, generation: replica.generation, state: .running,
                lastUpdated: now.wall)
        }
    }

    private mutating func place(_ replicas: Int) throws -> Double {
        let count = (replicas + Self.replicasOfOne - 1) / Self.replicasOfOne
        let specs = (0..<count).map { index in
            DeploymentSpec(
                name: "app-\(index)",
                container: ContainerSpec(
                    image: "registry.example/app:1", resources: Resources(cpuMillis: 10, memoryBytes: 1 << 20)
                ),
                replicas: min(Self.replicasOfOne, replicas), ports: [PortMapping(containerPort: 80)])
        }
        let started = Self.processorMilliseconds
        for spec in specs {
            let command = CreateDeployment(spec: spec, requestID: "r")
            _ = try cluster.apply(.createDeployment(command), now: now, ids: &ids)
        }
        return Self.milliseconds(since: started)
    }

    private mutating func reports(isNews: Bool) throws -> Double {
        let chosen = (0..<Self.reports).map { nodes[($0 * 7919) % nodes.count] }
        var words = chosen.map { containers(of: $0) }
        if isNews { for index in words.indices { words[index][0].restartCount = UInt32(index + 1) } }
        let started = Self.processorMilliseconds
        for (node, said) in zip(chosen, words) { try report(node, said) }
        return Self.milliseconds(since: started) * 1000 / Double(Self.reports)
    }

    /// Lets time pass in which every tenth node is silent; the tick that moves their replicas is measured.
    private mutating func bury(_ dead: Int) throws -> (Double, Int) {
        _ = try cluster.apply(.tick, now: now, ids: &ids)
        for _ in 0..<2 {
            now = now.adding(milliseconds: 60_000)
            for node in nodes.dropFirst(dead) { try report(node, containers(of: node)) }
        }
        let started = Self.processorMilliseconds
        let outcome = try cluster.apply(.tick, now: now, ids: &ids)
        let moved = outcome.effects.count { effect in
            if case .event(.replicaRetired) = effect { true } else { false }
        }
        return (Self.milliseconds(since: started), moved)
    }

    /// Updates one deployment, a tenth of it at once, and lets nodes report their new replicas one by one.
    private mutating func ticks() throws -> Double {
        guard let id = cluster.deploymentID(named: "app-0"), var spec = cluster.deploymentRow(id)?.spec else {
            return 0
        }
        spec.container.image = "registry.example/app:2"
        spec.strategy.maxUnavailable = Self.replicasOfOne / 10
        _ = try cluster.apply(
            .patchDeployment(PatchDeployment(id: id, spec: spec, requestID: "r")), now: now, ids: &ids)
        let generation = cluster.deploymentRow(id)?.generation
        let updated = (cluster.deployment(id, explaining: false)?.instances ?? [])
            .filter { $0.generation == generation }.prefix(Self.ticks)
        var spent = 0.0
        for instance in updated {
            try report(instance.nodeID, containers(of: instance.nodeID))
            let started = Self.processorMilliseconds
            _ = try cluster.apply(.tick, now: now, ids: &ids)
            spent += Self.milliseconds(since: started)
        }
        return updated.isEmpty ? 0 : spent * 1000 / Double(updated.count)
    }

    /// Processor time, so that other programs on the machine do not count.
    private static var processorMilliseconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1e6
    }

    private static func milliseconds(since started: Double) -> Double { processorMilliseconds - started }

    private static func rounded(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return value < 100 ? "\(tenths / 10).\(tenths % 10)" : "\(tenths / 10)"
    }
}
