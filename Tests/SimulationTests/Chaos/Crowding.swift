import ClusterCore
import Model
import TestKit

/// Two large configs, one of a node and one of a deployment that grows and shrinks: together they are more than the node
/// is sent, so that it gets no replica.
///
/// It is there in the runs that `RolloutOperator` is in, and its chance is its own too.
final class Crowding {
    private static let name = "laden"
    private static let configs = ["laden", "laden-node"]
    /// Replicas when it is small; there is a node for each of two more.
    private static let small = 3

    /// Whether a deployment is left to one of these.
    static func owns(_ name: String) -> Bool { name.utf8.elementsEqual(Self.name.utf8) }

    private let world: World
    private let controlPlane: ControlPlaneModel
    private let agents: [AgentModel]
    private var random: SeededRandom
    private var request = 0

    init(_ world: World, _ controlPlane: ControlPlaneModel, _ agents: [AgentModel]) {
        self.world = world
        self.controlPlane = controlPlane
        self.agents = agents
        random = SeededRandom(seed: world.seed &* 137)
    }

    /// Goes on as long as the world is chaotic.
    func start() {
        guard world.seed.isMultiple(of: RolloutOperator.share) else { return }
        world.after(Int64.random(in: 1000...5000, using: &random)) { [self] in
            guard world.isChaotic else { return }
            act()
            start()
        }
    }

    private func act() {
        guard let core = controlPlane.core else { return }
        request += 1
        guard let row = core.deploymentID(named: Self.name).flatMap(core.deploymentRow) else {
            return declare()
        }
        let configs = Self.configs.compactMap { name in core.configRows().first { $0.name == name } }
        guard configs.count == Self.configs.count else {
            for name in Self.configs { create(name) }
            return
        }
        if row.spec.replicas == Self.small { attach(configs.map(\.id), row.id, core) }
        var spec = row.spec
        spec.replicas = row.spec.replicas == Self.small ? Self.small + 2 : Self.small
        send(.patchDeployment(PatchDeployment(id: row.id, spec: spec, requestID: requestID)))
    }

    private func declare() {
        let strategy = RolloutStrategy(healthyAfterSecs: 0, gateSecs: 4, deadlineSecs: 15)
        let spec = DeploymentSpec(
            name: Self.name, container: ContainerSpec(image: Image.good[0]), replicas: Self.small,
            constraints: Constraints(labels: ["zone": "a"]), placement: PlacementHints(maxPerNode: 1),
            strategy: strategy)
        send(.createDeployment(CreateDeployment(spec: spec, requestID: requestID)))
    }

    private func create(_ name: String) {
        let word = String(repeating: "x", count: ControlPlaneModel.settings.configPayloadBytes * 2 / 3)
        let content = ConfigContent(entries: [ConfigEntry(key: "C", source: .value(word))])
        send(.createConfig(CreateConfig(name: name, content: content, requestID: requestID)))
    }

    /// One to the deployment, the other to a node where it has no replica.
    private func attach(_ configs: [ConfigID], _ id: DeploymentID, _ core: Cluster) {
        let standing = Set((core.deployment(id)?.instances ?? []).map(\.nodeID))
        let free = agents.filter { $0.inventory.labels?["zone"] == "a" && !standing.contains($0.id) }
        guard let node = free.first else { return }
        for (config, target) in zip(configs, [ConfigTarget.deployment(id), .node(node.id)]) {
            send(
                .setConfigAttachment(
                    SetConfigAttachment(
                        configID: config, target: target, isAttached: true, requestID: requestID)))
        }
    }

    private func send(_ command: Command) {
        world.note("operator: \(command)")
        controlPlane.apply(command) { _ in }
    }

    private var requestID: String { "\(Self.name)-\(request)" }
}
