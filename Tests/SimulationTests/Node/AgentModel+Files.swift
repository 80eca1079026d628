import Model
import NodeCore

/// The files of configs that change below containers.
extension AgentModel {
    /// What an agent does before it asks Docker for something.
    struct Preparation {
        /// The files of the container that is to be made.
        var files: ContainerFiles?
        /// What is known of the files that are to be written anew.
        var document: DesiredStateDocument?
        var failure: ActionFailure?
    }

    /// What a reload is for: one that has ended well is not wanted again.
    struct Look: Equatable {
        var epoch: Epoch
        var live: [ConfigReference]
    }

    /// Writes a container's files before it starts; it reads them then, so nothing is to be told any more.
    func prepare(_ action: NodeAction) -> Preparation? {
        guard let document = machine?.appliedDocument else { return nil }
        switch action.work {
        case .create(let plan): return Preparation(files: ContainerFiles(plan.replica, document))
        case .start(let id):
            looks[id] = nil
            guard var files = engine.containers[id]?.files, !files.made.isEmpty else { return nil }
            let replica = wished(id, of: action.assignmentID, document)
            guard let due = files.due(document, for: replica) else {
                return Preparation(failure: Self.noFiles)
            }
            files.write(due)
            files.isToBeTold = false
            engine.setFiles(files, of: id)
            return nil
        case .reload(let id):
            look(at: id, of: action.assignmentID, document)
            return Preparation(document: document)
        default: return nil
        }
    }

    /// The replica that a container belongs to, if it is what that one is to run as.
    private func wished(
        _ id: ContainerID, of assignment: AssignmentID?, _ document: DesiredStateDocument
    ) -> DesiredReplica? {
        document.deployments.first { $0.assignmentID == assignment }.flatMap {
            engine.containers[id]?.hash == SpecHash.of(LiveConfigs(document).made($0)) ? $0 : nil
        }
    }

    /// Nobody looks again at what one life of an agent has found to be right, unless it tried to write something else
    /// meanwhile, which may have failed half-way.
    private func look(at id: ContainerID, of assignment: AssignmentID?, _ document: DesiredStateDocument) {
        let replica = document.deployments.first { $0.assignmentID == assignment }
        let live = replica.map { LiveConfigs(document).live(of: $0) } ?? []
        let look = Look(epoch: document.epoch, live: live)
        if looks[id] == look { world.fail("container \(id) is reloaded again for \(live)") }
        looks[id] = nil
        looksUnderWay[id] = look
    }

    /// Reads everything, writes what differs, and tells the program; nil when the agent dies meanwhile.
    ///
    /// Another document may have come since it was asked for, before everything was read or after that.
    func reload(
        _ id: ContainerID, of assignment: AssignmentID?, _ former: DesiredStateDocument?
    ) -> ActionResult? {
        let newest = machine?.appliedDocument
        guard var files = engine.containers[id]?.files,
            let document = newest == former || world.chance(50) ? newest : former
        else { return engine.perform(.reload(id)) }
        guard let replica = wished(id, of: assignment, document) else {
            // Another container is wished by now: this one goes on with what it has, and hears nothing.
            return engine.isUp ? .containerReloaded : engine.perform(.reload(id))
        }
        if world.bug == .leavesOldFilesInPlace { return .containerReloaded }
        if isSourceMissing(for: id) {
            guard world.bug == .takesAFailedReloadForDone else { return .failed(Self.noSource) }
            return .containerReloaded
        }
        guard let due = files.due(document, for: replica) else { return .failed(Self.noFiles) }
        let differing = due.filter { files.written[$0.key] != $0.value }
        if !differing.isEmpty, world.strikes(.crashBeforeReload, perMille: 50) { return die() }
        let isToBeTold = files.isToBeTold || differing.values.contains(where: \.isSignalled)
        files.isToBeTold = isToBeTold && world.bug != .forgetsWhomToTell
        files.write(due)
        engine.setFiles(files, of: id)
        if !differing.isEmpty { world.tally.count(.filesWritten) }
        if isToBeTold, world.strikes(.crashBeforeTelling, perMille: 100) { return die() }
        guard isToBeTold else { return .containerReloaded }
        if world.strikes(.dockerAwayBeforeTelling, perMille: 100) { loseDocker() }
        let result = engine.perform(.reload(id))
        if result == .containerReloaded {
            world.tally.count(differing.isEmpty ? .programToldLater : .programTold)
        }
        return result
    }

    /// Whether a file outside the config, which it names, is not there for a while.
    private func isSourceMissing(for id: ContainerID) -> Bool {
        if world.strikes(.configFileMissing, perMille: 80) {
            missingUntil[id] = world.now + world.between(200, 12_000)
        }
        return world.isChaotic && missingUntil[id].map { world.now < $0 } ?? false
    }

    private func die() -> ActionResult? {
        restart(after: world.between(400, 4000))
        return nil
    }

    private func loseDocker() {
        engine.goAway()
        lostDocker()
        world.after(world.between(500, 6000)) { [engine] in engine.comeBack() }
    }

    private static var noSource: ActionFailure {
        ActionFailure(.notPrepared, "the file /srv/one of a config does not exist")
    }

    private static var noFiles: ActionFailure {
        ActionFailure(.notPrepared, "no version of a config is known that the container was made with")
    }
}
