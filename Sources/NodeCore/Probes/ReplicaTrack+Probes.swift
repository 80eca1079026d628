internal import Model

extension ReplicaTrack {
    /// The container that is probed: the one that serves or shall serve, while it runs.
    var probedIndex: Int? {
        guard let wish, wish.replica.desiredState == .running else { return nil }
        let right = CurrentContainer.right(in: self, wish)
        guard let record = fallback(wish) ?? right ?? CurrentContainer.old(in: self, wish),
            record.state == .running, !record.isCondemned, !record.stoppedByUs
        else { return nil }
        return index(of: record.id)
    }

    /// What is asked of a container: what the document says of the wished one, what is remembered of the proven one.
    func healthSpec(of record: ContainerRecord) -> HealthSpec? {
        if let wish, record.specHash == wish.specHash { return wish.replica.container.health }
        return isProven(record) ? memory.knownGood?.health : nil
    }

    /// Begins the probes of a run, or anew when others are declared.
    ///
    /// `phase`, from 0 to 127, keeps a node that starts among many containers from asking all of them at once.
    mutating func tendHealth(
        at index: Int, _ spec: HealthSpec, run: UInt64, phase: Int64, at now: MonotonicInstant
    ) {
        let record = containers[index]
        guard record.health?.spec != spec else { return }
        // One that proved itself, and was not started in this life, is not called unready for want of answers.
        let isTrusted = isProven(record) && record.isFoundRunning && record.health == nil
        containers[index].health = ContainerHealth(
            spec, run: run, since: isTrusted ? now : record.runningSince ?? now, isTrusted: isTrusted,
            delayMilliseconds: NodeLimits.firstProbesMilliseconds * phase / 128)
    }

    /// A container whose start or life failed is stopped and started anew, after the pause that a crash costs.
    mutating func condemnIfFatal(_ id: ContainerID, _ settings: NodeSettings, at now: MonotonicInstant) {
        guard let wish, let index = index(of: id), let health = containers[index].health,
            let fatal = health.fatal, !containers[index].isCondemned, containers[index].state == .running,
            wish.restartPolicy != .never
        else { return }
        containers[index].isCondemned = true
        failed(containers[index], health.words(of: fatal), isCrash: true, settings, at: now)
    }

    mutating func wake(atLatest moment: MonotonicInstant) {
        wakeAt = wakeAt.map { min($0, moment) } ?? moment
    }
}
