import ClusterCore
import Model
import TestKit

/// Two configs with a file that changes below running containers, one of which is told: they are attached to a deployment
/// of their own, to others and to nodes, and written anew, now in that file only, now in what containers are made from;
/// also together with updates, rollbacks and holds.
///
/// Its chance is its own.
final class ReloadOperator {
    /// One run of so many is without it.
    static let absence: UInt64 = 2
    private static let prefix = "tuned"
    /// By the number in its config's name.
    private static let modes: [ConfigReload] = [.signal(.hangup), .none]

    /// Whether a config or a deployment is left to one of these.
    static func owns(_ name: String) -> Bool { name.utf8.starts(with: prefix.utf8) }

    private let world: World
    private let controlPlane: ControlPlaneModel
    private let agents: [AgentModel]
    private var random: SeededRandom
    private var request = 0

    init(_ world: World, _ controlPlane: ControlPlaneModel, _ agents: [AgentModel]) {
        self.world = world
        self.controlPlane = controlPlane
        self.agents = agents
        random = SeededRandom(seed: world.seed &* 139)
    }

    /// Goes on as long as the world is chaotic.
    func start() {
        guard !world.seed.isMultiple(of: Self.absence) else { return }
        world.after(between(500, 2500)) { [self] in
            guard world.isChaotic else { return }
            act()
            start()
        }
    }

    private func act() {
        guard let core = controlPlane.core else { return }
        request += 1
        guard let own = core.deploymentID(named: Self.prefix) else { return declare() }
        let rows = core.configRows().filter { Self.owns($0.name) }
        guard rows.count == Self.modes.count else {
            for number in Self.modes.indices { create(number) }
            return
        }
        let isWhole = rows.allSatisfy { core.config($0.id)?.deployments.contains(own) == true }
        guard isWhole else {
            for row in rows { attach(row, to: .deployment(own)) }
            return
        }
        let row = rows[Int.random(in: rows.indices, using: &random)]
        guard let old = core.config(row.id)?.content else { return }
        switch between(0, 99) {
        case 0..<20: attach(row, core)
        case 20..<70: write(row, live(old))
        case 70..<78: write(row, remade(old))
        case 78..<83: write(row, live(remade(old)))
        case 83..<98: writeTogether(row, live(old), core)
        default: send(.deleteConfig(DeleteConfig(id: row.id, requestID: requestID)))
        }
    }

    private func create(_ number: Int) {
        let name = "\(Self.prefix)\(number)"
        send(.createConfig(CreateConfig(name: name, content: content(number), requestID: requestID)))
    }

    private func declare() {
        var spec = DeploymentSpec(
            name: Self.prefix, container: ContainerSpec(image: Image.good[0]), replicas: Int(between(3, 6)))
        spec.placement = PlacementHints(spread: true)
        spec.strategy = RolloutStrategy(
            maxUnavailable: Int(between(1, 3)), healthyAfterSecs: 0, gateSecs: 4, deadlineSecs: 15,
            autoRollback: random.chance(50))
        send(.createDeployment(CreateDeployment(spec: spec, requestID: requestID)))
    }

    // MARK: contents

    private func content(_ number: Int) -> ConfigContent {
        let file = ConfigFile(path: "/\(number)", source: word(), reload: Self.modes[number])
        return ConfigContent(
            entries: [ConfigEntry(key: "T\(number)", source: .value("0"))], files: [file])
    }

    /// The same with another word in its file.
    private func live(_ old: ConfigContent) -> ConfigContent {
        let files = old.files.map { ConfigFile(path: $0.path, source: word(), reload: $0.reload) }
        return ConfigContent(entries: old.entries, files: files)
    }

    /// The same with another variable.
    private func remade(_ old: ConfigContent) -> ConfigContent {
        let entries = old.entries.map { ConfigEntry(key: $0.key, source: .value("\(request)")) }
        return ConfigContent(entries: entries, files: old.files)
    }

    /// One that was never there before.
    private func word() -> ConfigFile.Source { .content(Array("\(request)".utf8)) }

    // MARK: what is done with them

    private func write(_ row: ConfigRow, _ content: ConfigContent) {
        send(
            .updateConfig(
                UpdateConfig(id: row.id, name: row.name, content: content, requestID: requestID)))
    }

    private func attach(_ row: ConfigRow, _ core: Cluster) {
        let isOfNode = random.chance(30)
        let node = agents[Int.random(in: agents.indices, using: &random)].id
        let other = someDeployment(core).map { ConfigTarget.deployment($0.id) }
        guard let target = isOfNode ? .node(node) : other else { return }
        attach(row, to: target, random.chance(85))
    }

    private func attach(_ row: ConfigRow, to target: ConfigTarget, _ isAttached: Bool = true) {
        send(
            .setConfigAttachment(
                SetConfigAttachment(
                    configID: row.id, target: target, isAttached: isAttached, requestID: requestID)))
    }

    /// Another content of a file, and at once something else that an operator wants of a deployment that has it.
    private func writeTogether(_ row: ConfigRow, _ content: ConfigContent, _ core: Cluster) {
        let owners = deployments(core).filter { owner in
            core.configs(of: owner.id).contains { $0.reference.configID == row.id }
        }
        write(row, content)
        guard !owners.isEmpty else { return }
        let owner = owners[Int.random(in: owners.indices, using: &random)]
        switch between(0, 3) {
        case 0:
            var spec = owner.spec
            spec.container.image = Image.good[Int.random(in: Image.good.indices, using: &random)]
            send(.patchDeployment(PatchDeployment(id: owner.id, spec: spec, requestID: requestID)))
        case 1: send(.rollBackDeployment(RollBackDeployment(id: owner.id, requestID: requestID)))
        case 2:
            send(.pauseDeployment(PauseDeployment(id: owner.id, requestID: requestID)))
            world.after(between(500, 4000)) { [self] in
                send(.resumeDeployment(ResumeDeployment(id: owner.id, requestID: requestID)))
            }
        default: send(.restartDeployment(RestartDeployment(id: owner.id, requestID: requestID)))
        }
    }

    private func someDeployment(_ core: Cluster) -> DeploymentRow? {
        let rows = deployments(core)
        return rows.isEmpty ? nil : rows[Int.random(in: rows.indices, using: &random)]
    }

    private func deployments(_ core: Cluster) -> [DeploymentRow] {
        core.deploymentRows().filter { !Absence.owns($0.spec.name) && !Crowding.owns($0.spec.name) }
    }

    private func send(_ command: Command) {
        world.note("operator: \(command)")
        controlPlane.apply(command) { _ in }
    }

    private func between(_ low: Int64, _ high: Int64) -> Int64 {
        Int64.random(in: low...high, using: &random)
    }

    private var requestID: String { "\(Self.prefix)-\(request)" }
}
