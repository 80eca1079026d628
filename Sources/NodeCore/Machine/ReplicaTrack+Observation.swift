internal import Model

extension ReplicaTrack {
    /// A container's state became known; a run that ended is counted unless `isCounted` says that an outage did it.
    mutating func became(
        _ state: ContainerRunState, _ id: ContainerID, isCounted: Bool, _ settings: NodeSettings,
        at now: MonotonicInstant
    ) {
        guard let index = index(of: id) else { return }
        containers[index].observed.state = state
        containers[index].isUncertain = false
        if state.isAlive {
            containers[index].isAttemptOpen = true
            containers[index].runningSince = containers[index].runningSince ?? now
            if containerInFlight != id { containers[index].stoppedByUs = false }
            return
        }
        containers[index].runningSince = nil
        guard containers[index].isAttemptOpen, state.hasExited || state == .dead else { return }
        containers[index].isAttemptOpen = false
        if isCounted { runEnded(containers[index], settings, at: now) }
    }

    /// A start did not work.
    mutating func startFailed(
        _ id: ContainerID, _ reason: String, _ settings: NodeSettings, at now: MonotonicInstant
    ) {
        guard let index = index(of: id) else { return }
        containers[index].isAttemptOpen = false
        containers[index].isUncertain = false
        failed(containers[index], reason, settings, at: now)
    }

    /// A container is gone; a running one that nobody here removed counts as a restart.
    mutating func vanished(_ id: ContainerID) {
        guard let index = index(of: id) else { return }
        let record = containers.remove(at: index)
        guard record.state.isAlive, !record.stoppedByUs, wish?.replica.desiredState == .running else {
            return
        }
        memory.restartCount += 1
    }

    private mutating func runEnded(
        _ record: ContainerRecord, _ settings: NodeSettings, at now: MonotonicInstant
    ) {
        guard let wish, wish.replica.desiredState == .running, !record.stoppedByUs else { return }
        guard RestartRule.shallStart(record, policy: wish.restartPolicy) else { return }
        let reason =
            record.state.exitCode.map { "the container exited with code \($0)" } ?? "the container ended"
        failed(record, reason, settings, at: now)
    }

    private mutating func failed(
        _ record: ContainerRecord, _ reason: String, _ settings: NodeSettings, at now: MonotonicInstant
    ) {
        guard let wish else { return }
        if let switching = memory.switching, switching.specHash == record.specHash,
            self.record(switching.keptContainerID) != nil
        {
            memory.rejected = .init(
                generation: wish.replica.generation, specHash: record.specHash, reason: reason)
            memory.switching = nil
            run.reset()
            return
        }
        run.failed(reason, .restart(wish.replica.container.restart, settings), at: now)
    }

    /// Remembers what works and forgets failures after a stable time; called before each decision.
    mutating func takeStock(at now: MonotonicInstant) {
        memory.consecutiveFailures = run.failures
        guard let wish, wish.replica.desiredState == .running else { return }
        guard let right = CurrentContainer.right(in: self, wish), right.state == .running else { return }
        memory.knownGood = .init(
            containerID: right.id, imageID: right.observed.imageID, specHash: right.specHash)
        memory.switching = nil
        memory.stoppedContainerID = nil
        unpreparedSince = nil
        prepare.reset()
        guard run.failures > 0, let stable = stableAt(right), stable <= now else { return }
        run.reset()
        memory.consecutiveFailures = 0
    }

    /// When the container will have run long enough for its failures to be forgotten.
    func stableAt(_ record: ContainerRecord) -> MonotonicInstant? {
        guard let wish, let since = record.runningSince else { return nil }
        return since.adding(milliseconds: wish.resetAfterMilliseconds)
    }
}

extension ReplicaTrack {
    /// A start is about to begin: a new run is open.
    mutating func willStart(_ id: ContainerID) {
        guard let index = index(of: id) else { return }
        containers[index].isRestart = containers[index].state.hasExited && !containers[index].stoppedByUs
        containers[index].isAttemptOpen = true
        containers[index].stoppedByUs = false
        if memory.stoppedContainerID == id { memory.stoppedContainerID = nil }
    }

    /// Before a stop that needs a way back: whether that way is on disk; else it is remembered to be written first.
    mutating func isReady(toStop id: ContainerID, keepsForRollback: Bool) -> Bool {
        awaitsMemory = false
        guard keepsForRollback, let wish else { return true }
        let way = ReplicaMemory.Switch(specHash: wish.specHash, keptContainerID: id)
        memory.switching = way
        awaitsMemory = durableSwitch != way
        return !awaitsMemory
    }

    /// A stop is about to begin: the end that follows is ours.
    mutating func willStop(_ id: ContainerID, keepsForRollback: Bool) {
        guard let index = index(of: id) else { return }
        containers[index].stoppedByUs = true
        if wish?.replica.desiredState == .stopped { memory.stoppedContainerID = id }
        if keepsForRollback, let wish {
            memory.switching = .init(specHash: wish.specHash, keptContainerID: id)
        }
    }
}
