internal import Model

extension ReplicaTrack {
    /// Takes what a new document says of the replica; counts start anew with a new generation or spec.
    mutating func wished(_ new: Wish) {
        let old = wish
        wish = new
        origin = Origin(
            deploymentID: new.replica.deploymentID, replicaNumber: new.replica.replicaNumber,
            generation: new.replica.generation, graceSecs: new.replica.container.stopGraceSecs)
        for index in containers.indices { takeGrace(of: new, at: index) }
        if new.replica.generation != memory.generation { startGeneration(new.replica.generation) }
        if let old, old.specHash != new.specHash || old.replica.desiredState != new.replica.desiredState {
            forgetTries()
            isPortTaken = false
        }
        if old?.live != new.live { reload.reset() }
        // Whoever is at its files may take them from either document.
        if old?.live != new.live || old?.specHash != new.specHash { forgetLiveInFlight() }
        if readyImage?.specHash != new.specHash { readyImage = nil }
        carrySwitch(to: new)
        if let rejected = memory.rejected, rejected.isOver(for: new) {
            memory.rejected = nil
            portFailures = 0
        }
    }

    /// The grace is no part of what a container is made from: a later one counts for the same container.
    mutating func takeGrace(of wish: Wish, at index: Int) {
        guard containers[index].specHash == wish.specHash else { return }
        containers[index].identity.stopGraceSecs = wish.replica.container.stopGraceSecs
    }

    /// No document names it any more.
    mutating func unwished() {
        wish = nil
        cleanup.reset()
        unpreparedSince = nil
    }

    private mutating func startGeneration(_ generation: UInt64) {
        memory.generation = generation
        memory.restartCount = 0
        portFailures = 0
        for index in containers.indices { containers[index].trialSince = nil }
        forgetTries()
    }

    private mutating func forgetTries() {
        run.reset()
        prepare.reset()
        cleanup.reset()
        reload.reset()
        unpreparedSince = nil
    }

    /// A change of container that is under way goes on towards the newest wish and keeps the same way back.
    private mutating func carrySwitch(to new: Wish) {
        guard let switching = memory.switching, switching.specHash != new.specHash else { return }
        let kept = record(switching.keptContainerID)
        guard kept?.specHash == new.specHash else {
            memory.switching = .init(specHash: new.specHash, keptContainerID: switching.keptContainerID)
            return
        }
        memory.switching = nil
        if kept?.stoppedByUs == true { memory.stoppedContainerID = switching.keptContainerID }
    }
}
