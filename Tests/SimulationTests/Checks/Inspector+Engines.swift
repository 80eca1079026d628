import Model
import NodeCore

extension Inspector {
    /// Milliseconds that two containers of one placement may run side by side during a change.
    static let longestSwitch: Int64 = 12_000
    /// A failed stop or removal excuses a longer one: its next try may be half a minute away.
    static let cleanupPatience: Int64 = 45_000

    /// Looks for placements that run twice for longer than a change takes.
    func lookForDuplicates(_ agents: [AgentModel]) {
        for agent in agents {
            var alive: [AssignmentID: Int] = [:]
            for container in agent.engine.containers.values where container.fact.state.isAlive {
                guard let assignment = container.fact.identity?.assignmentID else { continue }
                alive[assignment, default: 0] += 1
            }
            let twice = alive.filter { $0.value > 1 }
            let isExcused =
                !agent.isAlive || agent.machine?.isDockerReachable != true || !agent.engine.isUp
                || agent.losesEvents || world.now - agent.engine.lastCleanupFailure < Self.cleanupPatience
            for id in duplicateSince.keys where twice[id] == nil && agents[0] === agent { forget(id, agents) }
            for id in twice.keys.sorted() {
                guard !isExcused else {
                    duplicateSince[id] = world.now
                    continue
                }
                let since = duplicateSince[id] ?? world.now
                duplicateSince[id] = since
                if world.now - since > Self.longestSwitch {
                    world.fail("placement \(id) runs twice on \(agent.name) for \(world.now - since) ms")
                }
            }
        }
    }

    private func forget(_ id: AssignmentID, _ agents: [AgentModel]) {
        if agents.allSatisfy({ $0.engine.alive(of: id).count < 2 }) { duplicateSince[id] = nil }
    }

    /// Once a deployment is right nothing more is to be done to it.
    func asked(_ action: NodeAction, _ name: String, _ engine: EngineModel) {
        guard !settled.isEmpty else { return }
        let deployment: DeploymentID? =
            switch action.work {
            case .create(let plan): plan.replica.deploymentID
            case .start(let id), .stop(let id, _), .remove(let id):
                engine.containers[id]?.fact.identity?.deploymentID
            case .listContainers, .inspect, .lookUp, .pull, .probe, .removeImage, .listPorts, .persistMemory:
                nil
            // Each life of an agent looks once whether the files are right; `AgentModel` sees that it is once.
            case .reload: nil
            }
        guard let deployment, settled.contains(deployment) else { return }
        world.fail("\(name) goes on although everything was right: \(action.work)")
    }
}
