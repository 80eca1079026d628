import Foundation
import Model
import NodeCore
import Testing

/// Random lives of a node: whatever happens, after quiet time it holds exactly what was declared.
@Suite struct PropertyTests {
    private static let cases: UInt64 =
        ProcessInfo.processInfo.environment["FLEDX_NODE_SEEDS"].flatMap(UInt64.init) ?? 200

    @Test func everyLifeEndsWithWhatWasDeclared() {
        var switches = 0
        for seed in 1...Self.cases {
            let life = Life(seed: seed)
            life.live()
            let problems = life.settleAndCheck()
            switches += life.switches
            guard problems.isEmpty else {
                Issue.record("seed \(seed): \(problems.joined(separator: "; "))")
                return
            }
        }
        #expect(switches > Int(Self.cases), "the lives hardly ever changed containers")
    }
}

/// One random life, reproducible from its seed.
private final class Life {
    private let world = World()
    private var random: SeededIDSource
    private var wished: [UInt64: DesiredReplica] = [:]
    private var generation: UInt64 = 1
    private var events: [String] = []

    var switches: Int { world.ledger.switchCount }

    init(seed: UInt64) { random = SeededIDSource(seed: seed) }

    func live() {
        world.finishesAbandoned = Bool.random(using: &random)
        world.dockerUp()
        for _ in 0..<Int.random(in: 5...40, using: &random) {
            event()
            world.run(Int64.random(in: 0...3000, using: &random))
        }
    }

    private func event() {
        let choice = Int.random(in: 0..<15, using: &random)
        events.append("\(world.milliseconds - World.start): \(choice)")
        switch choice {
        case 0...3: changeWish()
        case 4: dropWish()
        case 5: someContainer().map { world.crash($0, code: Int32.random(in: 0...2, using: &random)) }
        case 6: someContainer().map(world.removeBehindOurBack)
        case 7: world.isDockerUp ? world.dockerDown() : world.dockerUp()
        case 8: restart(withReboot: false)
        case 9: restart(withReboot: true)
        case 10: world.losesEvents.toggle()
        case 11: changeProgram()
        case 12: addDuplicate()
        case 13: someContainer().map { if world.running.contains($0) { world.pause($0) } }
        default: world.engine.images = []
        }
    }

    private var steps: [String] { zip(world.times, world.log).map { "\($0) \($1)" } }

    private func someContainer() -> ContainerID? {
        world.engine.containers.keys.sorted().randomElement(using: &random)
    }

    private func restart(withReboot: Bool) {
        withReboot ? world.reboot() : world.restartAgent()
        world.run(Int64.random(in: 0...50, using: &random))
        world.dockerUp()
    }

    private func changeWish() {
        generation += 1
        let number = UInt64.random(in: 1...5, using: &random)
        let hostPort: UInt16? = Bool.random(using: &random) ? UInt16(8000 + number) : nil
        wished[number] = Fixtures.replica(
            number, image: "app:\(Int.random(in: 1...4, using: &random))", generation: generation,
            nonce: UInt64.random(in: 0...1, using: &random),
            state: Int.random(in: 0..<5, using: &random) == 0 ? .stopped : .running, hostPort: hostPort,
            restart: RestartSpec(policy: .always), strategy: strategy())
        events.append("app\(number) \(wished[number].map(Self.words) ?? "-")")
        world.apply(wished.values.sorted { $0.assignmentID < $1.assignmentID })
    }

    private static func words(_ replica: DesiredReplica) -> String {
        "\(World.hash(replica)) generation \(replica.generation) \(replica.desiredState) "
            + "\(replica.strategy.order) \(replica.strategy.autoRollback ? "back" : "on")"
    }

    private func strategy() -> RolloutStrategy {
        RolloutStrategy(
            order: RolloutStrategy.Order.allCases.randomElement(using: &random) ?? .auto,
            autoRollback: Int.random(in: 0..<4, using: &random) > 0)
    }

    private func dropWish() {
        guard let number = wished.keys.sorted().randomElement(using: &random) else { return }
        wished[number] = nil
        world.apply(wished.values.sorted { $0.assignmentID < $1.assignmentID })
    }

    private func changeProgram() {
        let image = "app:\(Int.random(in: 1...4, using: &random))"
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
            world.engine.programs[image] = .init(livesMilliseconds: Int64.random(in: 0...500, using: &random))
        case 1: world.engine.programs[image] = .init(startFailure: ActionFailure(.other, "no"))
        case 2: world.engine.programs[image] = .init(pullFailure: ActionFailure(.imageNotFound, "no"))
        case 3: world.engine.programs[image] = .init(pullMilliseconds: 20_000, stopMilliseconds: 8000)
        default: world.engine.programs[image] = .init(removeFailure: ActionFailure(.other, "busy"))
        }
    }

    /// As if an earlier life had created one more.
    private func addDuplicate() {
        guard let replica = wished.values.sorted(by: { $0.assignmentID < $1.assignmentID }).first else {
            return
        }
        let id = "d\(world.milliseconds)"
        world.engine.containers[ContainerID(id)] = Fixtures.container(
            id, of: replica, state: Bool.random(using: &random) ? .created : .exited(code: 1))
    }

    /// Every fault ends; then the node is looked at.
    func settleAndCheck() -> [String] {
        world.engine.programs = [:]
        world.losesEvents = false
        for id in world.running { world.unpause(id) }
        if !world.isDockerUp { world.dockerUp() }
        world.run(180_000)
        let before = world.actionCount
        let lists = world.listCount
        world.run(120_000)
        var problems = wished.values.compactMap(problem)
        let stray = world.engine.containers.values.filter { container in
            !wished.values.contains { $0.assignmentID == container.fact.identity?.assignmentID }
        }
        if !stray.isEmpty { problems.append("stray containers \(stray.map(\.fact.id))") }
        let idleActions = world.actionCount - before - (world.listCount - lists)
        if idleActions > 0 { problems.append("\(idleActions) actions while idle: \(world.log.suffix(8))") }
        if world.actionCount > 20_000 { problems.append("\(world.actionCount) actions") }
        if world.engine.selfCollisions > 0, !world.finishesAbandoned {
            problems.append("a start met the port of its own replica")
        }
        if !world.hasLostEvents { problems += world.ledger.problems }
        return problems.isEmpty ? [] : problems + ["events \(events)", "steps \(steps)"]
    }

    private func problem(with replica: DesiredReplica) -> String? {
        let mine = world.engine.containers.values.filter {
            $0.fact.identity?.assignmentID == replica.assignmentID
        }
        let alive = mine.filter(\.fact.state.isAlive)
        let report = world.report(replica)
        let words =
            "\(replica.name) \(replica.desiredState): \(mine.map(\.fact.state)), \(report?.message ?? "-")"
        if replica.desiredState == .stopped { return alive.isEmpty && mine.count <= 2 ? nil : words }
        let isRejected = report?.message?.contains("did not work here") == true
        guard alive.count == 1, mine.count == 1 else { return words }
        guard isRejected || alive[0].fact.identity?.specHash == World.hash(replica) else {
            return "wrong: " + words
        }
        return report?.state == .running ? nil : "says \(String(describing: report?.state)): " + words
    }
}
