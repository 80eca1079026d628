/// What lies between agents and the control plane: loses, delays, repeats and reorders.
final class NetworkModel {
    let world: World
    let controlPlane: ControlPlaneModel
    /// Nodes that nothing reaches, and how many faults hold them.
    private var cut: [String: Int] = [:]

    init(_ world: World, _ controlPlane: ControlPlaneModel) {
        self.world = world
        self.controlPlane = controlPlane
    }

    func connects(_ agent: AgentModel) -> Bool { cut[agent.name] == nil }

    func cut(_ agent: AgentModel, for milliseconds: Int64) {
        cut[agent.name, default: 0] += 1
        world.after(milliseconds) { [self] in
            let left = (cut[agent.name] ?? 1) - 1
            cut[agent.name] = left > 0 ? left : nil
        }
    }

    /// Every node is reached again.
    func heal() { cut = [:] }

    /// One request with its answer; `then` is called once, with nil when no answer came in time.
    func exchange<Answer>(
        _ agent: AgentModel, timeoutMilliseconds: Int64,
        serve: @escaping (ControlPlaneModel, @escaping (Answer) -> Void) -> Void,
        then: @escaping (Answer?) -> Void
    ) {
        let life = agent.life
        var isOver = false
        func finish(_ answer: Answer?) {
            guard !isOver, life == agent.life, agent.isAlive else { return }
            isOver = true
            then(answer)
        }
        world.after(timeoutMilliseconds) { finish(nil) }
        guard !world.strikes(.requestLost, perMille: 20) else { return }
        let replacements = world.replacements
        let copies = world.strikes(.requestRepeated, perMille: 20) ? 2 : 1
        for _ in 0..<copies {
            world.after(delay()) { [self] in
                guard connects(agent) else { return }
                // What is under way to a control plane ends with it; a database that was copied back would take
                // it for the agent's first word.
                guard controlPlane.isUp, replacements == world.replacements else {
                    return world.after(2) { finish(nil) }
                }
                serve(controlPlane) { [self] answer in
                    guard !world.strikes(.answerLost, perMille: 20) else { return }
                    world.after(delay()) { [self] in if connects(agent) { finish(answer) } }
                }
            }
        }
    }

    private func delay() -> Int64 {
        world.strikes(.messageDelayed, perMille: 20) ? world.between(300, 5000) : world.between(1, 20)
    }
}
