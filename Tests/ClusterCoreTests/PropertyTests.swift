import Model
import TestKit
import Testing

@testable import ClusterCore

@Suite struct PropertyTests {
    @Test(arguments: SeededIDSource.seeds(count: TestEnvironment.count(short: 20, long: 1000)))
    func randomCommandsKeepTheInvariants(_ seed: UInt64) throws {
        var random = SeededIDSource(seed: seed)
        var bench = try ClusterBench(settings: ClusterSettings(portRange: 30_000...30_009))
        bench.ids = SeededIDSource(seed: seed &+ 1000)
        for index in 0..<Int.random(in: 1...6, using: &random) { try addRandomNode(index, &bench, &random) }
        var watch = RolloutWatch()
        for step in 0..<150 {
            watch.before(bench)
            try takeRandomStep(step, &bench, &random)
            #expect(watch.after(bench) == [], "seed \(seed), step \(step)")
            #expect(bench.violations.isEmpty, "seed \(seed), step \(step)")
            #expect(keptIndexIsTrue(bench.cluster), "seed \(seed), step \(step)")
            #expect(
                !bench.events.contains { if case .planRefused = $0 { true } else { false } }, "seed \(seed)")
        }
        let tables = bench.cluster.tables
        try bench.restart()
        bench.rejectedImages = []
        bench.slowImages = []
        #expect(bench.cluster.tables == tables, "seed \(seed): rows do not rebuild the state")
        let nodes = bench.cluster.nodes().map(\.row.id)
        // Five surge steps of 30 s each, and an update that was begun before.
        try bench.live(nodes, milliseconds: 400_000)
        try bench.settle(nodes, rounds: 30)
        for row in bench.cluster.deploymentRows() { try expectSettled(row, bench, seed) }
    }

    /// Whether the index that is kept from command to command says what one that is made anew says.
    private func keptIndexIsTrue(_ cluster: Cluster) -> Bool {
        var kept = cluster.nodeIndex
        kept.refresh(from: cluster)
        var made = NodeIndex()
        for id in cluster.tables.nodes.keys { made.markStanding(id) }
        made.refresh(from: cluster)
        guard kept.slots.count == made.slots.count else { return false }
        return kept.slots.allSatisfy { slot in
            guard let position = made.position(of: slot.standing.id) else { return false }
            let other = made.slots[position]
            return (slot.cpuMillis, slot.memoryBytes, slot.committed)
                == (other.cpuMillis, other.memoryBytes, other.committed)
                && (slot.isOpen, slot.standing.foreignPorts) == (other.isOpen, other.standing.foreignPorts)
        }
    }

    /// After quiet time every placed replica runs the declared generation, or cannot, and nothing retires.
    private func expectSettled(_ row: DeploymentRow, _ bench: ClusterBench, _ seed: UInt64) throws {
        let view = try #require(bench.cluster.deployment(row.id))
        #expect(view.retiring.isEmpty, "seed \(seed)")
        #expect(view.instances.count + view.unplaced.count == row.spec.replicas, "seed \(seed)")
        #expect(
            view.instances.allSatisfy {
                $0.state == (row.spec.desiredState == .running ? .running : .stopped)
                    || $0.reportedGeneration.map { $0 < row.generation } == true
                    || view.rollout.phase == .failed
            })
        #expect(view.unplaced.allSatisfy { !$0.refusals.isEmpty || bench.cluster.nodes().isEmpty })
    }

    private func addRandomNode(_ index: Int, _ bench: inout ClusterBench, _ random: inout SeededIDSource)
        throws
    {
        try bench.addNode(
            "n\(index)", arch: Bool.random(using: &random) ? "x86_64" : "aarch64",
            cpuMillis: .random(in: 500...4000, using: &random))
    }

    private func randomSpec(_ name: String, _ random: inout SeededIDSource) -> DeploymentSpec {
        let ports: [PortMapping] =
            switch Int.random(in: 0..<3, using: &random) {
            case 0: []
            case 1: [PortMapping(containerPort: 80)]
            default: [PortMapping(containerPort: 80, hostPort: .random(in: 80...83, using: &random))]
            }
        let arch = ["amd64", "arm64", nil][Int.random(in: 0..<3, using: &random)]
        return .sample(
            name, image: "web:\(Int.random(in: 1...4, using: &random))",
            replicas: .random(in: 0...5, using: &random), ports: ports,
            resources: Bool.random(using: &random)
                ? Resources(cpuMillis: .random(in: 1...900, using: &random)) : nil,
            constraints: Constraints(arch: arch),
            placement: Bool.random(using: &random) ? PlacementHints(spread: true, maxPerNode: 2) : nil,
            strategy: randomStrategy(&random))
    }

    private func randomStrategy(_ random: inout SeededIDSource) -> RolloutStrategy {
        RolloutStrategy(
            kind: Int.random(in: 0..<8, using: &random) == 0 ? .recreate : .rolling,
            maxUnavailable: .random(in: 1...3, using: &random), maxSurge: .random(in: 0...2, using: &random),
            healthyAfterSecs: [0, 5, 30].randomElement(using: &random) ?? 0,
            deadlineSecs: .random(in: 60...400, using: &random), autoRollback: Bool.random(using: &random))
    }

    private func orderRollout(
        _ id: DeploymentID, _ bench: inout ClusterBench, _ random: inout SeededIDSource
    ) throws {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: try bench.apply(.pauseDeployment(.init(id: id, requestID: "p")))
        case 1, 2: try bench.apply(.resumeDeployment(.init(id: id, requestID: "r")))
        case 3:
            // There may be nothing to go back to.
            _ = try? bench.apply(.rollBackDeployment(.init(id: id, requestID: "b")))
        default:
            bench.rejectedImages = Bool.random(using: &random) ? ["web:4"] : []
            bench.slowImages = Bool.random(using: &random) ? ["web:3"] : []
        }
    }

    private func changeConfigs(
        _ step: Int, _ bench: inout ClusterBench, _ random: inout SeededIDSource
    ) throws {
        let content = ConfigContent(entries: [
            ConfigEntry(key: "A", source: .value("\(Int.random(in: 0..<4, using: &random))"))
        ])
        guard let row = bench.cluster.configRows().randomElement(using: &random), step % 4 != 0 else {
            // The name may be taken.
            _ = try? bench.apply(
                .createConfig(.init(name: "c\(step % 3)", content: content, requestID: "c")))
            return
        }
        let node = bench.cluster.nodes().randomElement(using: &random)?.row.id
        let deployment = bench.cluster.deploymentRows().randomElement(using: &random)?.id
        let target =
            Bool.random(using: &random)
            ? node.map(ConfigTarget.node) : deployment.map(ConfigTarget.deployment)
        switch Int.random(in: 0..<5, using: &random) {
        case 0, 1:
            try bench.apply(
                .updateConfig(.init(id: row.id, name: row.name, content: content, requestID: "u")))
        case 2, 3:
            guard let target else { return }
            try bench.apply(
                .setConfigAttachment(
                    .init(
                        configID: row.id, target: target,
                        isAttached: Int.random(in: 0..<3, using: &random) > 0,
                        requestID: "a")))
        default: try bench.apply(.deleteConfig(.init(id: row.id, requestID: "x")))
        }
    }

    private func takeRandomStep(
        _ step: Int, _ bench: inout ClusterBench, _ random: inout SeededIDSource
    ) throws {
        let nodes = bench.cluster.nodes().map(\.row.id)
        let deployments = bench.cluster.deploymentRows()
        let node = nodes.randomElement(using: &random)
        let deployment = deployments.randomElement(using: &random)
        bench.effects = []
        switch Int.random(in: 0..<25, using: &random) {
        case 22, 23, 24: try changeConfigs(step, &bench, &random)
        case 0, 1: try bench.create(randomSpec("d\(step)", &random))
        case 2, 3, 4:
            if let deployment {
                let new = randomSpec(deployment.spec.name, &random)
                try bench.patch(deployment.id) { $0 = new }
            }
        case 5:
            if let deployment { try bench.apply(.deleteDeployment(.init(id: deployment.id, requestID: "d"))) }
        case 6:
            if let deployment {
                try bench.apply(.restartDeployment(.init(id: deployment.id, requestID: "d")))
            }
        case 7: if nodes.count < 8 { try addRandomNode(100 + step, &bench, &random) }
        case 8:
            if let node, nodes.count > 1, step % 5 == 0 {
                try bench.apply(.deleteNode(.init(nodeID: node, force: true, requestID: "d")))
            }
        case 9: bench.pass(milliseconds: .random(in: 1000...120_000, using: &random))
        case 10, 11, 12: try bench.tick()
        case 13: if step % 3 == 0 { try bench.restart() }
        case 14: if let node { try bench.report(node, status: .error) }
        case 15, 16: if let deployment { try orderRollout(deployment.id, &bench, &random) }
        default: if let node { try bench.obey(node) }
        }
    }
}
