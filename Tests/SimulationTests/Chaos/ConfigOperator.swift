import ClusterCore
import Model

/// Declares, changes, attaches and deletes configs at random.
struct ConfigOperator {
    private let world: World
    private let controlPlane: ControlPlaneModel
    private let agents: [AgentModel]

    init(_ world: World, _ controlPlane: ControlPlaneModel, _ agents: [AgentModel]) {
        self.world = world
        self.controlPlane = controlPlane
        self.agents = agents
    }

    func act(_ request: Int) {
        let rows = (controlPlane.core?.configRows() ?? []).filter { !ReloadOperator.owns($0.name) }
        guard !rows.isEmpty, world.chance(80) else {
            let name = "config\(world.between(0, 3))"
            return send(
                .createConfig(
                    CreateConfig(name: name, content: content(name), requestID: "r\(request)")))
        }
        let row = world.pick(rows)
        switch world.between(0, 9) {
        case 0..<4:
            let content = content(row.name)
            send(
                .updateConfig(
                    UpdateConfig(id: row.id, name: row.name, content: content, requestID: "r\(request)")))
        case 4..<9: attach(row.id, request)
        default: send(.deleteConfig(DeleteConfig(id: row.id, requestID: "r\(request)")))
        }
    }

    private func attach(_ id: ConfigID, _ request: Int) {
        guard let target = target() else { return }
        send(
            .setConfigAttachment(
                SetConfigAttachment(
                    configID: id, target: target, isAttached: world.chance(70), requestID: "r\(request)")))
    }

    private func target() -> ConfigTarget? {
        if world.chance(40) { return .node(world.pick(agents).id) }
        let rows = controlPlane.core?.deploymentRows() ?? []
        return rows.isEmpty ? nil : .deployment(world.pick(rows).id)
    }

    /// A variable, which makes other containers, and a file that changes below them.
    private func content(_ name: String) -> ConfigContent {
        let words = world.chance(40) ? String(repeating: "x", count: Int(world.between(20, 70))) : ""
        let number = world.between(0, 5)
        let path = "/c\(name.suffix(1))"
        let text = Array("\(number / 2)\(words)".utf8)
        return ConfigContent(
            entries: [ConfigEntry(key: "C", source: .value("\(number % 2)"))],
            files: [ConfigFile(path: path, source: .content(text), reload: .signal(.hangup))])
    }

    private func send(_ command: Command) {
        world.note("operator: \(command)")
        controlPlane.apply(command) { _ in }
    }
}
