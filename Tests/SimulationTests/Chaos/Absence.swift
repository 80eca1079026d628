import ClusterCore
import Model

/// A deployment that nobody changes and that prefers its originals, and a node of it that is away until it is lost.
final class Absence {
    /// Of a hundred runs without updates, how many have one.
    static let share = 50
    private static let name = "keeping"

    /// Whether a deployment is left to one of these.
    static func owns(_ name: String) -> Bool { name.utf8.elementsEqual(Self.name.utf8) }

    private let world: World
    private let controlPlane: ControlPlaneModel
    private let network: NetworkModel
    private let agents: [AgentModel]

    init(_ world: World, _ controlPlane: ControlPlaneModel, _ network: NetworkModel, _ agents: [AgentModel]) {
        self.world = world
        self.controlPlane = controlPlane
        self.network = network
        self.agents = agents
    }

    /// Declares it, and lets nodes be away one after the other.
    func start() {
        declare()
        for _ in 0..<3 { world.after(world.between(9000, 24_000)) { [self] in takeAway() } }
    }

    private func declare() {
        guard world.isChaotic else { return }
        var spec = DeploymentSpec(
            name: Self.name, container: ContainerSpec(image: Image.good[0]), replicas: 6)
        spec.placement = PlacementHints(spread: true)
        let patience: Int? = world.chance(40) ? Int(world.between(4, 14)) : nil
        spec.disconnect = DisconnectPolicy(lostAfterSecs: patience, onReconnect: .keep)
        var isDone = false
        controlPlane.apply(.createDeployment(CreateDeployment(spec: spec, requestID: "keeping"))) { answer in
            if case .done = answer { isDone = true }
        }
        world.after(1500) { [self] in if !isDone { declare() } }
    }

    private func takeAway() {
        guard world.isChaotic, let core = controlPlane.core, let id = core.deploymentID(named: Self.name)
        else { return }
        let places = Set((core.deployment(id)?.instances ?? []).filter(\.isReady).map(\.nodeID))
        let chosen = agents.filter { places.contains($0.id) }
        guard !chosen.isEmpty else { return }
        world.happened(.partition)
        network.cut(world.pick(chosen), for: world.between(13_000, 20_000))
    }
}
