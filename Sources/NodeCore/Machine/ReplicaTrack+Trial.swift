internal import Model

extension ReplicaTrack {
    /// Whether a container has passed its gate.
    func isProven(_ record: ContainerRecord) -> Bool { memory.knownGood?.containerID == record.id }

    /// The container to go back to when the wished one fails: the one kept by the change under way, else the one
    /// that worked, else one that runs.
    func wayBack(_ wish: Wish) -> ContainerRecord? {
        let others = containers.filter { $0.specHash != wish.specHash && $0.state.isUsable }
        return others.first { $0.id == memory.switching?.keptContainerID } ?? others.first(where: isProven)
            ?? others.first(where: \.state.isAlive)
    }

    /// The container that serves instead of a rejected generation; nil when nothing is rejected or nothing else is
    /// left, because then trying again is better than nothing.
    func fallback(_ wish: Wish) -> ContainerRecord? {
        guard let rejected = memory.rejected, rejected.bars(wish) else { return nil }
        return CurrentContainer.best(self, containers.filter { $0.specHash != rejected.specHash })
    }

    /// The container on trial: the wished one, before its gate has passed.
    func onTrial(_ wish: Wish) -> ContainerRecord? {
        guard fallback(wish) == nil, let right = CurrentContainer.right(in: self, wish), !isProven(right)
        else {
            return nil
        }
        return right
    }

    /// When the trial must be looked at again.
    func trialDeadline(at now: MonotonicInstant) -> MonotonicInstant? {
        guard let wish, wish.replica.desiredState == .running, let record = onTrial(wish),
            case .open(let until) = HealthGate.judge(record, wish, at: now)
        else { return nil }
        return until
    }

    /// Judges the wished container.
    mutating func judge(_ right: ContainerRecord, _ wish: Wish, at now: MonotonicInstant) {
        guard !isProven(right) else { return prove(right, wish) }
        var record = right
        if right.trialSince == nil, right.state.isAlive, let index = index(of: right.id) {
            record.trialSince = now
            containers[index].trialSince = now
        }
        switch HealthGate.judge(record, wish, at: now) {
        case .open: break
        case .passed: prove(record, wish)
        case .failed(let reason): _ = reject(wish, reason)
        }
    }

    /// Gives the wished generation up for the container that was kept, if that is allowed and there is one.
    ///
    /// One that `lacksPort` is tried again when the port is free: that says nothing of the generation.
    mutating func reject(_ wish: Wish, _ reason: String, lacksPort: Bool = false) -> Bool {
        guard fallback(wish) == nil, wish.replica.strategy.autoRollback, let kept = wayBack(wish) else {
            return false
        }
        memory.rejected = .init(
            generation: wish.replica.generation, specHash: wish.specHash, reason: reason,
            awaitsPort: lacksPort ? true : nil)
        memory.switching = nil
        if kept.stoppedByUs { memory.stoppedContainerID = kept.id }
        run.reset()
        return true
    }

    private mutating func prove(_ record: ContainerRecord, _ wish: Wish) {
        memory.switching = nil
        if memory.rejected?.bars(wish) == true { memory.rejected = nil }
        guard record.state == .running || !isProven(record) else { return }
        if let former = memory.knownGood?.imageID, former != record.observed.imageID {
            memory.previousImageID = former
        }
        memory.knownGood = .init(
            containerID: record.id, imageID: record.observed.imageID, specHash: record.specHash,
            generation: lacksReload(record, wish) ? servedGeneration(record) : wish.replica.generation,
            health: wish.replica.container.health)
    }
}

extension ReplicaTrack {
    /// Before a stop that needs a way back: whether that way is on disk; else it is remembered to be written first.
    mutating func isReady(toStop id: ContainerID, wayBack: ContainerID?) -> Bool {
        guard let wayBack, let wish else { return true }
        return isDurable(ReplicaMemory.Switch(specHash: wish.specHash, keptContainerID: wayBack))
    }

    /// Before a start that changes containers: whether the way back, or the rejection, is on disk.
    ///
    /// So an agent that dies now neither forgets the old container nor tries the rejected generation once more. A
    /// disk that takes nothing holds a start up only while another container serves.
    mutating func isReady(toStart id: ContainerID, isDiskWell: Bool) -> Bool {
        guard let wish else { return true }
        if onTrial(wish)?.id == id, let old = wayBack(wish), isDiskWell || old.state.isAlive {
            return isDurable(ReplicaMemory.Switch(specHash: wish.specHash, keptContainerID: old.id))
        }
        guard isDiskWell, let rejected = memory.rejected, fallback(wish)?.id == id else { return true }
        awaitsMemory = durable.rejected != rejected
        return !awaitsMemory
    }

    private mutating func isDurable(_ way: ReplicaMemory.Switch) -> Bool {
        memory.switching = way
        awaitsMemory = durable.switching != way
        return !awaitsMemory
    }

    /// Remembers what an image name stood for; a replica that is named by the digest itself keeps the name it had.
    mutating func resolved(_ image: ReplicaMemory.ResolvedImage) {
        var known = Set(containers.map(\.specHash))
        if let wish { known.insert(wish.specHash) }
        var kept = (memory.resolved ?? []).filter { known.contains($0.specHash) }
        if !kept.contains(where: { $0.specHash == image.specHash && $0.digest == image.digest }) {
            kept.removeAll { $0.specHash == image.specHash }
            kept.append(image)
        }
        memory.resolved = kept
    }
}
