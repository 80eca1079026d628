import Model

extension Cluster {
    /// Looks at what became of the declared generation: complete, failed, gone back from, or going on.
    ///
    /// - Returns: The declaration as it stands after that.
    mutating func reviewRollout(_ row: DeploymentRow, _ change: inout ChangeSet) -> DeploymentRow {
        var row = row
        if row.rollout.phase == .complete {
            guard isUnproven(row) else { return row }
            setPhase(.progressing, nil, of: &row, &change)
        }
        dropStrayArrivals(of: row, &change)
        let tried = triedPlacements(of: row).map { trial(of: $0, row.spec.strategy) }
        if isComplete(row, tried) {
            completeRollout(of: &row, tried, &change)
            return row
        }
        // Looks again when a replica will have served for long enough, also at a generation that was given up.
        for case let due? in tried.map(\.healthyAt) where due > change.now.monotonic { wake(at: due) }
        if row.rollout.isMoving, let reason = failure(of: row, tried, at: change.now.monotonic) {
            failRollout(of: &row, reason, &change)
        }
        return row
    }

    /// Makes a generation of another one's declaration.
    mutating func restore(
        _ revision: RevisionRow, in row: inout DeploymentRow, because reason: String,
        _ change: inout ChangeSet
    ) {
        let former = row.generation
        row.spec = revision.spec.restored(under: row.spec)
        row.generation += 1
        row.restartNonce = revision.restartNonce
        row.updatedAt = change.now.wall
        let rollback = RolloutState.Rollback(from: former, to: revision.generation, reason: reason)
        row.rollout = row.rollout.next(since: change.now.wall, rollback: rollback)
        put(.deployment(row), &change)
        pulses[row.id] = nil
        touchRecreated(row, &change)
        put(
            .revision(
                RevisionRow(
                    deploymentID: row.id, generation: row.generation, spec: row.spec,
                    restartNonce: row.restartNonce, pinnedImage: revision.pinnedImage, cause: .rolledBack,
                    restoredFrom: revision.generation, configs: revision.configs, createdAt: change.now.wall)),
            &change)
        change.events.append(.deploymentUpdated(row.id, generation: row.generation))
        change.changedDeployments.insert(row.id)
    }

    /// Sets where an update stands, and since when.
    mutating func setPhase(
        _ phase: RolloutState.Phase, _ reason: String?, of row: inout DeploymentRow, _ change: inout ChangeSet
    ) {
        row.rollout.phase = phase
        row.rollout.reason = reason
        row.rollout.since = change.now.wall
        put(.deployment(row), &change)
        if phase != .complete { touchRecreated(row, &change) }
        pulses[row.id] = nil
        change.changedDeployments.insert(row.id)
        change.events.append(
            .rolloutChanged(row.id, generation: row.generation, phase: phase, reason: reason))
    }

    /// A generation that was never seen running (declared stopped, without replicas, or, with one on each node,
    /// without a node) is tried when it first runs.
    private func isUnproven(_ row: DeploymentRow) -> Bool {
        guard row.rollout.lastGood != row.generation, row.spec.desiredState == .running else { return false }
        guard row.spec.mode == .perNode else { return row.spec.replicas > 0 }
        return tables.placements[row.id]?.current.isEmpty == false
    }

    /// What the review needs to know of a placement, asked for once.
    private struct Trial {
        let row: AssignmentRow
        let isKnown: Bool
        /// When it has served for long enough; nil while it does not serve.
        let healthyAt: MonotonicInstant?
        let isHealthy: Bool
    }

    private func trial(of row: AssignmentRow, _ strategy: RolloutStrategy) -> Trial {
        let isKnown = isKnown(row)
        let due = isKnown ? healthyAt(row, strategy) : nil
        return Trial(
            row: row, isKnown: isKnown, healthyAt: due, isHealthy: due.map { lastNow >= $0 } ?? false)
    }

    private func isComplete(_ row: DeploymentRow, _ tried: [Trial]) -> Bool {
        guard tried.count == desiredReplicas(of: row), tried.allSatisfy(\.row.isCurrent) else { return false }
        return row.spec.desiredState == .stopped || tried.allSatisfy(\.isHealthy)
    }

    private mutating func completeRollout(
        of row: inout DeploymentRow, _ tried: [Trial], _ change: inout ChangeSet
    ) {
        if row.spec.desiredState == .running, !tried.isEmpty { row.rollout.lastGood = row.generation }
        row.rollout.note = nil
        setPhase(.complete, nil, of: &row, &change)
    }

    /// Stops the wave, and goes back where that is wished, possible, and not itself a going back.
    private mutating func failRollout(
        of row: inout DeploymentRow, _ reason: String, _ change: inout ChangeSet
    ) {
        let good = row.rollout.lastGood.flatMap { tables.revisions[row.id]?[$0] }
        setPhase(.failed, reason, of: &row, &change)
        wake(at: change.now.monotonic)
        if row.spec.strategy.autoRollback, row.rollout.rollback == nil, let good,
            good.generation != row.generation
        {
            restore(good, in: &row, because: reason, &change)
        }
        dropStrayArrivals(of: row, &change)
    }

    /// Ends additional placements of a generation that is no longer wanted.
    private mutating func dropStrayArrivals(of row: DeploymentRow, _ change: inout ChangeSet) {
        let arriving = (tables.placements[row.id]?.arriving ?? [:]).sorted { $0.key < $1.key }
        for (number, id) in arriving {
            guard let assignment = tables.assignments[id] else { continue }
            let isOfUpdate = assignment.generation != row.generation || row.rollout.phase == .failed
            let isStray =
                isOfUpdate && !isReplacement(assignment, of: row)
                || number >= row.spec.replicas || live[assignment.nodeID]?.status == .unreachable
            if isStray { retire(id, .placementChanged, &change) }
        }
    }

    /// Why the declared generation has failed; nil while it has not.
    private mutating func failure(
        of row: DeploymentRow, _ tried: [Trial], at now: MonotonicInstant
    ) -> String? {
        guard row.spec.desiredState == .running else { return nil }
        for trial in tried where trial.isKnown {
            if let fault = faultOfGeneration(trial.row) { return fault }
        }
        let strategy = row.spec.strategy
        let waiting = tried.filter { $0.isKnown && !$0.isHealthy }
        let halted = haltedReplicas(of: row)
        var pulse = pulses[row.id] ?? RolloutPulse(generation: row.generation, healthyCount: 0, since: now)
        // What is recreated has come further with every replica that got a new place, too.
        let placed = strategy.kind == .recreate ? tried.count : 0
        pulse.beat(
            generation: row.generation, healthyCount: placed + tried.count { $0.isHealthy },
            isWaiting: !waiting.isEmpty || !halted.isEmpty, at: now)
        pulses[row.id] = pulse
        let deadline = pulse.since.adding(milliseconds: Int64(strategy.deadlineSecs) * 1000)
        guard let first = waiting.first?.row ?? halted.first else { return nil }
        guard now >= deadline else {
            wake(at: deadline)
            return nil
        }
        guard !waiting.isEmpty else { return standstill(of: row, first) }
        let view = instanceView(first)
        let detail = view.reason.map { ": \($0)" } ?? ""
        return "no progress for \(strategy.deadlineSecs) s; replica \(first.replicaNumber) on node "
            + "\(view.nodeName ?? "\(first.nodeID)") is \(view.state.rawValue)\(detail)"
    }

    /// Remembers the earliest moment at which a tick has something to do.
    mutating func wake(at moment: MonotonicInstant) {
        if let earlier = workDue, earlier <= moment { return }
        workDue = moment
    }
}
