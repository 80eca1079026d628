import ClusterCore
import Model

/// Updates one deployment again and again, each time when the last update is over, so that some come to an end.
///
/// What is patched at random is hardly ever complete once, and what was never complete is not rolled back to.
final class Updater {
    /// How many of them a run has.
    static let count = 3
    /// What the names of their deployments begin with.
    private static let prefix = "steady"

    /// Whether a deployment is left to one of these.
    static func owns(_ name: String) -> Bool { name.utf8.starts(with: prefix.utf8) }

    private let world: World
    private let controlPlane: ControlPlaneModel
    private let agents: [AgentModel]
    private let name: String
    private var request = 0

    init(_ number: Int, _ world: World, _ controlPlane: ControlPlaneModel, _ agents: [AgentModel]) {
        self.world = world
        self.controlPlane = controlPlane
        self.agents = agents
        name = "\(Self.prefix)\(number)"
    }

    /// Goes on as long as the world is chaotic.
    func start() {
        world.after(world.between(300, 900)) { [self] in
            guard world.isChaotic else { return }
            act()
            start()
        }
    }

    private func act() {
        guard let core = controlPlane.core else { return }
        request += 1
        guard let id = core.deploymentID(named: name) else { return create() }
        switch core.deployment(id)?.rollout.phase {
        case .complete, .rolledBack, .failed: update(id, core)
        default: break
        }
    }

    private func create() {
        var spec = DeploymentSpec(
            name: name, container: ContainerSpec(image: Image.good[0]),
            replicas: Int(world.between(3, 6)))
        spec.placement = PlacementHints(spread: true)
        spec.disconnect = SpecSource(world).disconnect()
        spec.strategy = RolloutStrategy(
            order: world.pick(RolloutStrategy.Order.allCases), maxUnavailable: Int(world.between(1, 2)),
            maxSurge: world.chance(30) ? 1 : 0, healthyAfterSecs: Int(world.between(0, 1)), gateSecs: 4,
            deadlineSecs: 15, autoRollback: world.chance(50))
        if world.chance(40) { spec.ports = [port()] }
        if world.chance(50) {
            spec.container.health = HealthSpec(readiness: ProbeSpec(.tcp(port: 80), intervalSeconds: 1))
        }
        send(.createDeployment(CreateDeployment(spec: spec, requestID: "\(name)-\(request)")))
    }

    private func update(_ id: DeploymentID, _ core: Cluster) {
        guard var spec = core.deploymentRow(id)?.spec else { return }
        let others = (Image.good + [Image.partly, Image.partly, Image.partly, Image.partly, Image.exits])
            .filter { $0 != spec.container.image }
        spec.container.image = world.pick(others)
        world.note("update of \(name) to \(spec.container.image)")
        if !spec.ports.isEmpty, world.chance(50) {
            spec.ports = [port()]
            if world.chance(60) { takeAway(spec.ports[0].hostPort ?? 0, from: id, core) }
        }
        send(.patchDeployment(PatchDeployment(id: id, spec: spec, requestID: "\(name)-\(request)")))
    }

    private func port() -> PortMapping {
        PortMapping(containerPort: 80, hostPort: UInt16(world.between(8010, 8019)))
    }

    /// Other programs take a port before the replicas do, and keep it for a while.
    private func takeAway(_ port: UInt16, from id: DeploymentID, _ core: Cluster) {
        let places = Set((core.deployment(id)?.instances ?? []).map(\.nodeID))
        for agent in agents where places.contains(agent.id) {
            let engine = agent.engine
            guard !engine.holds(port) else { continue }
            world.happened(.foreignPort)
            engine.foreignPorts.insert(port)
            world.after(world.between(2000, 8000)) { engine.foreignPorts.remove(port) }
        }
    }

    private func send(_ command: Command) { controlPlane.apply(command) { _ in } }
}
