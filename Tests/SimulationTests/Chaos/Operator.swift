import ClusterCore
import Model

/// Declares, changes and deletes at random, and notes what it was told.
final class Operator {
    private let world: World
    private let controlPlane: ControlPlaneModel
    private let agents: [AgentModel]
    private var request = 0
    private var deletedNodes = 0

    init(_ world: World, _ controlPlane: ControlPlaneModel, _ agents: [AgentModel]) {
        self.world = world
        self.controlPlane = controlPlane
        self.agents = agents
    }

    /// Goes on as long as the world is chaotic.
    func start() {
        world.after(world.between(100, 500)) { [self] in
            guard world.isChaotic else { return }
            if controlPlane.isUp { act() }
            start()
        }
    }

    private func act() {
        request += 1
        switch world.between(0, 99) {
        case 0..<25: create()
        case 25..<52: patch()
        case 52..<60: ConfigOperator(world, controlPlane, agents).act(request)
        case 60..<66: restart()
        case 66..<80: delete()
        case 80..<86: label()
        case 86..<89: impersonate()
        case 89..<93: tokens()
        case 93..<95: deleteNode()
        case 95..<96: send(.releaseMassLossBrake)
        case 96..<98: setAvailability()
        default: ask()
        }
    }

    // MARK: deployments

    private func create() {
        let spec = SpecSource(world).spec(named: name())
        operate(
            spec.name,
            .createDeployment(
                CreateDeployment(spec: spec, requiresPlacement: world.chance(10), requestID: "r\(request)")))
    }

    private func patch() {
        guard let row = someDeployment() else { return }
        var spec = SpecSource(world).changed(row.spec)
        if world.chance(5) { spec.name = name() }
        let isStale = world.chance(5)
        operate(
            row.spec.name,
            .patchDeployment(
                PatchDeployment(
                    id: row.id, spec: spec, expectedGeneration: isStale ? row.generation + 7 : nil,
                    requiresPlacement: world.chance(10), requestID: "r\(request)")))
    }

    private func restart() {
        guard let row = someDeployment() else { return }
        operate(row.spec.name, .restartDeployment(RestartDeployment(id: row.id, requestID: "r\(request)")))
    }

    private func delete() {
        guard let row = someDeployment() else { return }
        operate(row.spec.name, .deleteDeployment(DeleteDeployment(id: row.id, requestID: "r\(request)")))
    }

    private func ask() {
        let nobody = DeploymentID(UUIDValue(high: 77, low: 77))
        send(.deleteDeployment(DeleteDeployment(id: nobody, requestID: "r\(request)")))
    }

    private func name() -> String { "app\(world.between(0, 11))" }

    private func someDeployment() -> DeploymentRow? {
        let rows = (controlPlane.core?.deploymentRows() ?? []).filter { row in
            !Updater.owns(row.spec.name) && !Absence.owns(row.spec.name)
                && !RolloutOperator.owns(row.spec.name) && !Crowding.owns(row.spec.name)
                && !ReloadOperator.owns(row.spec.name)
        }
        return rows.isEmpty ? nil : world.pick(rows)
    }

    /// Gives a command about a deployment and books what became of it, and what was said of it.
    private func operate(_ name: String, _ command: Command) {
        world.note("operator: \(name): \(command)")
        let id = controlPlane.core?.deploymentID(named: name)
        var promise: (id: DeploymentID, sequence: UInt64)?
        controlPlane.apply(command) { [world, controlPlane] answer in
            guard case .done = answer else { return }
            world.after(0) {
                guard let promise else { return }
                controlPlane.inspector.ledger.told(promise.id, sequence: promise.sequence)
            }
        }
        guard let id = id ?? controlPlane.core?.deploymentID(named: name) else { return }
        promise = controlPlane.inspector.ledger.newest(of: id).map { (id, $0) }
    }

    private func send(_ command: Command) { controlPlane.apply(command) { _ in } }

    // MARK: nodes

    private func label() {
        let node = world.pick(agents)
        send(
            .updateNode(
                UpdateNode(
                    nodeID: node.id, name: node.name,
                    operatorLabels: world.chance(50) ? ["disk": "ssd"] : [:],
                    requestID: "r\(request)")))
    }

    /// Somebody registers with the id of a node that is at work.
    private func impersonate() {
        let node = world.pick(agents)
        guard node.files.isProven else { return }
        send(.registerNode(RegisterNode(nodeID: node.id, tokenHash: [1], requestID: "r\(request)")))
    }

    private func tokens() {
        let node = world.pick(agents)
        let hash: [UInt8] = [7, UInt8(truncatingIfNeeded: request)]
        controlPlane.apply(.issueNodeToken(IssueNodeToken(nodeID: node.id, hash: hash))) {
            [world, controlPlane] answer in
            guard case .done(.token(let token)) = answer else { return }
            world.after(50) {
                guard controlPlane.isUp else { return }
                let command = RevokeNodeToken(nodeID: node.id, tokenID: token)
                controlPlane.apply(.revokeNodeToken(command)) { _ in }
            }
        }
    }

    private func setAvailability() {
        let node = world.pick(agents)
        setAvailability(of: node, world.pick(NodeAvailability.allCases))
    }

    private func setAvailability(of node: AgentModel, _ availability: NodeAvailability) {
        let command = SetNodeAvailability(
            nodeID: node.id, availability: availability, requestID: "r\(request)")
        send(.setNodeAvailability(command))
    }

    /// Every node may be used again.
    func calm() { for node in agents { setAvailability(of: node, .open) } }

    private func deleteNode() {
        let node = world.pick(agents)
        // A node that is deleted after the copy was made would be back without its agent.
        guard !world.hasRestore else { return }
        let force = world.chance(20) && deletedNodes < 2
        if force { deletedNodes += 1 }
        let command = DeleteNode(nodeID: node.id, force: force, requestID: "r\(request)")
        controlPlane.apply(.deleteNode(command)) { [controlPlane] answer in
            if case .done = answer { controlPlane.inspector.ledger.deletedNode(node.id) }
        }
    }
}
