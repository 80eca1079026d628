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
        containers[index].isFoundRunning = false
        containers[index].health = nil
        guard containers[index].isAttemptOpen, state.hasExited || state == .dead else { return }
        containers[index].isAttemptOpen = false
        if isCounted { runEnded(containers[index], settings, at: now) }
    }

    /// A start did not work.
    mutating func startFailed(
        _ id: ContainerID, _ reason: String, _ kind: ActionFailure.Kind, _ settings: NodeSettings,
        at now: MonotonicInstant
    ) {
        guard let index = index(of: id) else { return }
        containers[index].isAttemptOpen = false
        containers[index].isUncertain = false
        if kind == .portTaken, containers[index].specHash == wish?.specHash { portFailures += 1 }
        failed(
            containers[index], reason, isCrash: kind.speaksOfTheProgram,
            lacksPort: kind == .portTaken && portFailures <= NodeLimits.portTries, settings, at: now)
    }

    /// Docker bars every start of this container: it counts as dead, to be removed and made anew.
    ///
    /// False while it is to be tried again: nothing here knows how to make a container of another declaration.
    mutating func startBarred(_ id: ContainerID, _ reason: String, at now: MonotonicInstant) -> Bool {
        guard let index = index(of: id), let wish,
            containers[index].specHash == wish.specHash || run.failures + 1 >= NodeLimits.barredStarts
        else { return false }
        if containers[index].isRestart { memory.restartCount += 1 }
        containers[index].observed.state = .dead
        containers[index].isAttemptOpen = false
        containers[index].isUncertain = false
        prepare.failed(reason, .prepare, at: now)
        return true
    }

    /// This life of the agent made or started the container: what becomes of it now speaks for its generation.
    mutating func noteOwnWork(on id: ContainerID) {
        if let index = index(of: id) { containers[index].isInherited = false }
    }

    /// A container is gone; a running one that nobody here removed counts as a restart, or fails its trial.
    mutating func vanished(_ id: ContainerID) {
        guard let index = index(of: id) else { return }
        let record = containers[index]
        let isTrial =
            record.trialSince != nil && !record.isInherited && wish.flatMap { onTrial($0)?.id } == id
        containers.remove(at: index)
        if isTrial, let wish, wish.replica.desiredState == .running,
            CurrentContainer.right(in: self, wish) == nil
        {
            _ = reject(wish, "the container was removed before it had proved itself")
        }
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
        failed(record, HealthGate.ended(record), isCrash: true, settings, at: now)
    }

    /// A container on trial that fails is given up at once; the end of one that is being replaced says nothing.
    mutating func failed(
        _ record: ContainerRecord, _ reason: String, isCrash: Bool, lacksPort: Bool = false,
        _ settings: NodeSettings, at now: MonotonicInstant
    ) {
        guard let wish else { return }
        if let trial = onTrial(wish) {
            if record.id == trial.id, !isExcused(record), reject(wish, reason, lacksPort: lacksPort) {
                return
            }
            if record.specHash != wish.specHash, trial.state.isAlive { return }
        }
        run.failed(
            reason, .restart(wish.replica.container.restart, settings), isCrash: isCrash, at: now)
    }

    /// Whether a failure is put down to an earlier life of the agent; that happens once to a container.
    private mutating func isExcused(_ record: ContainerRecord) -> Bool {
        guard record.isInherited, let index = index(of: record.id) else { return false }
        containers[index].isInherited = false
        return true
    }

    /// Judges the trial, remembers what works and forgets failures after a stable time; called before each decision.
    mutating func takeStock(at now: MonotonicInstant) {
        memory.consecutiveFailures = run.failures
        if let kept = memory.switching?.keptContainerID, record(kept) == nil { memory.switching = nil }
        guard let wish, wish.replica.desiredState == .running else { return }
        if fallback(wish) == nil, let right = CurrentContainer.right(in: self, wish) {
            judge(right, wish, at: now)
            if right.state == .running {
                if memory.rejected == nil { memory.stoppedContainerID = nil }
                unpreparedSince = nil
                prepare.reset()
            }
        }
        guard run.failures > 0,
            let serving = fallback(wish) ?? CurrentContainer.right(in: self, wish), serving.state == .running,
            let stable = stableAt(serving), stable <= now
        else { return }
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
    mutating func willStart(_ id: ContainerID, at now: MonotonicInstant) {
        guard let index = index(of: id) else { return }
        if let wish, onTrial(wish)?.id == id, let kept = wayBack(wish) {
            memory.switching = .init(specHash: wish.specHash, keptContainerID: kept.id)
        }
        containers[index].trialSince = containers[index].trialSince ?? now
        containers[index].isRestart =
            containers[index].isCondemned
            || containers[index].state.hasExited && !containers[index].stoppedByUs
        containers[index].isCondemned = false
        containers[index].isFoundRunning = false
        containers[index].health = nil
        containers[index].isAttemptOpen = true
        containers[index].stoppedByUs = false
        willRefresh(index)
        if memory.stoppedContainerID == id { memory.stoppedContainerID = nil }
    }

    /// A stop is about to begin: the end that follows is ours.
    mutating func willStop(_ id: ContainerID) {
        guard let index = index(of: id) else { return }
        containers[index].stoppedByUs = true
        if wish?.replica.desiredState == .stopped { memory.stoppedContainerID = id }
    }
}
