import Model
import NodeCore

extension AgentModel {
    /// Has Docker do something and hands the result back, unless somebody dies meanwhile.
    func carryOut(_ action: NodeAction) {
        world.tally.count(Step(action.work))
        world.note("\(name) #\(action.id) \(Self.words(action.work))")
        if let machine {
            switch action.work {
            case .stop(let id, _), .remove(let id): inspector.willEnd(id, engine, machine)
            default: break
            }
        }
        if !isGone { inspector.asked(action, name, engine) }
        let life = life
        let orders = orders(for: action)
        let preparation = prepare(action)
        world.after(engine.latency(of: action.work)) { [self] in perform(action, life, orders, preparation) }
    }

    /// Under which orders a container is asked to start, to read its files anew, or whether it serves.
    private func orders(for action: NodeAction) -> SwitchBook.Orders? {
        guard Self.runs(action.work) != nil, let document = machine?.appliedDocument,
            let replica = document.deployments.first(where: { $0.assignmentID == action.assignmentID })
        else { return nil }
        let configs = LiveConfigs(document)
        return SwitchBook.Orders(
            epoch: document.epoch, generation: replica.generation,
            hash: SpecHash.of(configs.made(replica)),
            files: ContainerFiles.wished(replica, document.configs))
    }

    /// The container that an action starts, reloads or asks.
    private static func runs(_ work: NodeAction.Work) -> ContainerID? {
        switch work {
        case .start(let id), .reload(let id): id
        case .probe(let call): call.containerID
        default: nil
        }
    }

    private func perform(
        _ action: NodeAction, _ life: Int, _ orders: SwitchBook.Orders?, _ preparation: Preparation?
    ) {
        if case .persistMemory(let memory) = action.work {
            guard life == self.life else { return }
            return persist(memory, action)
        }
        let failures = failuresBefore(action)
        if case .reload(let id) = action.work {
            // An agent that has died writes nothing and tells nobody.
            guard life == self.life,
                let result = reload(id, of: action.assignmentID, preparation?.document)
            else { return }
            return took(action, life, orders, failures, result)
        }
        let refusal = preparation?.failure.map(ActionResult.failed) ?? pretended(action)
        let result = refusal ?? engine.perform(action.work)
        if case .containerCreated(let id) = result, let files = preparation?.files {
            engine.setFiles(files, of: id)
        }
        took(action, life, orders, failures, result)
    }

    /// What came of an action, which nobody may hear of.
    private func took(
        _ action: NodeAction, _ life: Int, _ orders: SwitchBook.Orders?, _ failures: Int,
        _ result: ActionResult
    ) {
        var result = result
        if case .failed(let failure) = result, failure.kind == .portTaken, let id = action.assignmentID {
            inspector.switches.excused(id)
        }
        if case .containerStarted = result, case .start(let id) = action.work, let orders,
            let container = engine.containers[id]
        {
            inspector.started(container, under: orders, isDiskWell: isDiskWell)
            if let identity = container.fact.identity, container.hash == orders.hash {
                network.controlPlane.reached(
                    UpdateStep(
                        .switched, identity.deploymentID, orders.generation, replica: identity.replicaNumber))
            }
        }
        if let orders, let id = Self.runs(action.work), let container = engine.containers[id] {
            inspector.serves(container, under: orders)
        }
        guard life == self.life else { return }
        if world.strikes(.crashBetweenActionAndResult, perMille: 2) {
            return restart(after: world.between(400, 4000))
        }
        if world.strikes(.dockerAnswerLost, perMille: 2) {
            if case .probe(let call) = action.work { engine.answerWasLost(to: call, failures: failures) }
            result = .failed(ActionFailure(.dockerUnreachable, "connection reset"))
        }
        later(1) { [self] in finish(action, result) }
    }

    /// How often in a row a container has failed a probe so far.
    private func failuresBefore(_ action: NodeAction) -> Int {
        guard case .probe(let call) = action.work else { return 0 }
        return engine.containers[call.containerID]?.failedProbes[call.kind] ?? 0
    }

    private func finish(_ action: NodeAction, _ result: ActionResult) {
        let now = world.moment
        world.note("\(name) #\(action.id) ended: \(Self.words(result))")
        if case .containersListed = result { hasListed = true }
        if case .containerReloaded = result, case .reload(let id) = action.work {
            looks[id] = looksUnderWay[id]
        }
        feed { $0.actionFinished(action.id, result, at: now) }
    }

    private func persist(_ memory: NodeMemory, _ action: NodeAction) {
        isDiskWell = !world.strikes(.memoryNotWritable, perMille: 20)
        guard isDiskWell else {
            return finish(action, .failed(ActionFailure(.other, "no space left on device")))
        }
        let isRejection = memory.replicas.contains { replica in
            replica.rejected != nil
                && !files.memory.replicas.contains {
                    $0.assignmentID == replica.assignmentID && $0.rejected == replica.rejected
                }
        }
        files.memory = memory
        // What was rejected must be known to the next life too.
        if isRejection, world.strikes(.crashAfterRejection, perMille: 400) {
            return later(world.between(1, 20)) { [self] in restart(after: world.between(400, 2000)) }
        }
        finish(action, .memoryPersisted)
    }

    /// A bug: the old container of a change is said to be stopped and is not.
    private func pretended(_ action: NodeAction) -> ActionResult? {
        guard world.bug == .leavesOldContainerRunning, let assignment = action.assignmentID, engine.isUp
        else {
            return nil
        }
        switch action.work {
        case .stop where engine.alive(of: assignment).count > 1: return .containerStopped
        case .remove where engine.alive(of: assignment).count > 1: return .containerRemoved
        default: return nil
        }
    }

    /// A word on the event stream, if somebody listens.
    func heard(_ id: ContainerID, _ change: ContainerChange) {
        guard machine?.isDockerReachable == true, engine.isUp, !losesEvents else { return }
        later(world.between(1, 5)) { [self] in
            guard !losesEvents, engine.isUp else { return }
            let now = world.moment
            feed { $0.containerChanged(id, change, at: now) }
        }
    }

    /// Docker does not answer any more, as soon as the agent notices.
    func lostDocker() {
        later(world.between(5, 300)) { [self] in
            guard !engine.isUp else { return }
            let now = world.moment
            feed { $0.dockerBecameUnreachable(reason: "connection refused", at: now) }
        }
    }

    /// The event stream broke and nobody noticed at once.
    func loseEvents(for milliseconds: Int64) {
        losesEvents = true
        world.after(milliseconds) { [self] in
            losesEvents = false
            let now = world.moment
            feed { $0.eventsWereInterrupted(at: now) }
        }
    }

    func reconnectDocker(after milliseconds: Int64) {
        guard !isReconnecting else { return }
        isReconnecting = true
        later(milliseconds) { [self] in
            isReconnecting = false
            guard engine.isUp else { return reconnectDocker(after: world.between(400, 600)) }
            let now = world.moment
            feed { $0.dockerBecameReachable(at: now) }
        }
    }

    private static func words(_ work: NodeAction.Work) -> String {
        switch work {
        case .create(let plan):
            "create \(plan.name) \(plan.identity.specHash) for \(plan.identity.assignmentID)"
        case .persistMemory: "persist"
        default: "\(work)"
        }
    }

    private static func words(_ result: ActionResult) -> String {
        if case .containersListed(let list) = result {
            return "listed \(list.map { "\($0.id) \($0.state)" })"
        }
        return "\(result)"
    }
}
