import Model
import NodeCore

/// Hurts the parts at random: crashes, partitions, reboots, Docker, ports.
final class FaultSource {
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

    /// Goes on as long as the world is chaotic.
    func start() {
        let pause = world.between(100, 600)
        world.after(world.hasUpdates ? 6 * pause : pause) { [self] in
            guard world.isChaotic else { return }
            strike()
            start()
        }
    }

    private func strike() {
        let agent = world.pick(agents)
        switch world.between(0, 99) {
        case 0..<3: crashControlPlane()
        case 3..<18: partition(agent)
        case 18..<20: partitionMany()
        case 20..<32: crash(agent)
        case 32..<38: reboot(agent)
        case 38..<46: dockerAway(agent)
        case 46..<52: dockerRestart(agent)
        case 52..<62: loseEvents(agent)
        case 62..<82: containerCrash(agent)
        case 82..<90: removeByHand(agent)
        default: foreignPort(agent)
        }
    }

    private func crashControlPlane() {
        guard controlPlane.isUp, !world.awaitsFirstWords else { return }
        world.happened(.controlPlaneCrash)
        controlPlane.crash()
        world.after(world.between(50, 4000)) { [controlPlane] in controlPlane.start() }
    }

    private func partition(_ agent: AgentModel) {
        world.happened(.partition)
        // Some are away for so long that they are lost.
        network.cut(agent, for: world.chance(40) ? world.between(10_000, 25_000) : world.between(500, 6000))
    }

    private func partitionMany() {
        world.happened(.massPartition)
        let duration = world.between(5000, 25_000)
        for agent in agents where world.chance(50) { network.cut(agent, for: duration) }
    }

    private func crash(_ agent: AgentModel) {
        world.happened(.agentCrash)
        agent.restart(after: world.between(400, world.chance(30) ? 20_000 : 3000))
    }

    /// Power goes: nothing runs any more; agent and Docker come back in any order.
    private func reboot(_ agent: AgentModel) {
        world.happened(.nodeReboot)
        agent.crash()
        agent.engine.endAll()
        agent.engine.loseFiles()
        agent.engine.goAway()
        world.after(world.between(500, 6000)) { agent.engine.comeBack() }
        world.after(world.between(500, 6000)) { agent.start() }
    }

    private func dockerAway(_ agent: AgentModel) {
        world.happened(.dockerAway)
        agent.engine.goAway()
        agent.lostDocker()
        world.after(world.between(500, 10_000)) { agent.engine.comeBack() }
    }

    /// The daemon dies with all it ran.
    private func dockerRestart(_ agent: AgentModel) {
        world.happened(.dockerRestart)
        agent.engine.endAll()
        agent.engine.goAway()
        agent.lostDocker()
        world.after(world.between(500, 3000)) { agent.engine.comeBack() }
    }

    private func loseEvents(_ agent: AgentModel) {
        world.happened(.eventsLost)
        agent.loseEvents(for: world.between(50, 5000))
    }

    private func containerCrash(_ agent: AgentModel) {
        guard let id = someContainer(agent, isAlive: true) else { return }
        world.happened(.containerCrash)
        world.note("\(id) crashes")
        agent.engine.end(id, code: world.chance(80) ? 1 : 0)
    }

    private func removeByHand(_ agent: AgentModel) {
        guard agent.engine.isUp, let id = someContainer(agent, isAlive: false) else { return }
        world.happened(.containerRemovedByHand)
        world.note("\(id) is removed by hand")
        if let identity = agent.engine.containers[id]?.fact.identity {
            agent.inspector.removedByHand(identity.assignmentID)
        }
        agent.engine.removeByHand(id)
    }

    private func someContainer(_ agent: AgentModel, isAlive: Bool) -> ContainerID? {
        let ids = agent.engine.sortedIDs.filter {
            !isAlive || agent.engine.containers[$0]?.fact.state.isAlive == true
        }
        return ids.isEmpty ? nil : world.pick(ids)
    }

    private func foreignPort(_ agent: AgentModel) {
        let port = UInt16(world.pick([80, 80, world.between(8000, 8004), world.between(30_000, 30_003)]))
        guard !agent.engine.holds(port) else { return }
        world.happened(.foreignPort)
        agent.engine.foreignPorts.insert(port)
        world.after(world.between(2000, 15_000)) { agent.engine.foreignPorts.remove(port) }
    }
}
