public import Model

extension Cluster {
    /// How far the declared generation of a deployment has come.
    func rolloutView(of row: DeploymentRow) -> RolloutView {
        let rollout = row.rollout
        let tried = sortedCurrent(of: row.id).compactMap { tables.assignments[$0.value] }
            .filter { $0.generation == row.generation }
        let isStopped = row.spec.desiredState == .stopped
        // A complete update stays complete whatever becomes of its replicas, and with every replica added later.
        let isComplete = rollout.phase == .complete
        let updated = tried.count { isComplete || isStopped || isHealthy($0, row.spec.strategy) }
        let declared = row.spec.container.image
        return RolloutView(
            phase: phase(of: rollout), generation: row.generation, updated: updated,
            total: isComplete ? updated : desiredReplicas(of: row), step: step(of: row, updated),
            reason: rollout.reason ?? rollout.rollback?.reason, note: rollout.note,
            restoredFrom: rollout.rollback?.to,
            pinnedImage: image(of: row.id, at: row.generation)
                ?? (ImagePin.isPinned(declared) ? declared : nil),
            since: rollout.since)
    }

    /// What is said of the kept generations of a deployment, newest first.
    public func revisionViews(of id: DeploymentID) -> [RevisionView] {
        guard let row = deploymentRow(id) else { return [] }
        let inUse = tables.placements[id]?.generations ?? [:]
        return revisions(of: id).map { revision in
            let declared = revision.spec.container.image
            return RevisionView(
                revision: revision.generation, current: revision.generation == row.generation,
                replicas: inUse[revision.generation] ?? 0, image: declared,
                pinnedImage: revision.pinnedImage ?? (ImagePin.isPinned(declared) ? declared : nil),
                cause: revision.cause.rawValue, restoredFrom: revision.restoredFrom,
                createdAt: revision.createdAt)
        }
    }

    /// What is the matter with an update.
    func rolloutConditions(of row: DeploymentRow) -> [Condition] {
        let rollout = row.rollout
        var conditions: [Condition] = []
        if let rollback = rollout.rollback {
            let message =
                "generation \(rollback.from) was left for that of \(rollback.to): \(rollback.reason)"
            conditions.append(Condition(type: "rolled_back", message: message, since: rollout.since))
        }
        if rollout.phase == .failed {
            let next = "no further replica is taken to it; declare anew, roll back or resume"
            conditions.append(
                Condition(
                    type: "rollout_failed",
                    message: "generation \(row.generation) failed: \(rollout.reason ?? "unknown"); \(next)",
                    since: rollout.since))
        }
        if rollout.isPaused {
            conditions.append(
                Condition(
                    type: "rollout_paused", message: "an operator holds the update; resume lets it go on",
                    since: rollout.since))
        }
        if rollout.isMoving, tables.outdated.contains(row.id),
            case .wait(let unavailable) = nextRolloutAction(of: row)
        {
            if row.forgoesSurge, row.spec.strategy.maxUnavailable == 0 {
                let message =
                    "\(DeploymentRow.writesToItsNode), so no additional one is started elsewhere, and "
                    + "max_unavailable 0 lets none be replaced where it stands"
                return conditions + [Condition(type: "update_unplaced", message: message)]
            }
            conditions.append(
                Condition(
                    type: "rollout_waiting",
                    message: "the update waits: "
                        + "\(Phrase.replicas(unavailable)) \(Phrase.verb(unavailable, "is", "are")) not healthy yet"
                ))
        }
        return conditions
    }

    /// Why replicas that may be updated are not, in words.
    func heldUpdate(of row: DeploymentRow) -> [Condition] {
        unplacedByUpdate(row).prefix(1).map { unplaced in
            Condition(type: "update_unplaced", message: "the update has no place: \(unplaced.explanation)")
        }
    }

    /// The replicas that may be updated now and are not: the new declaration fits neither where they stand nor
    /// elsewhere, or they write to their node and it does not fit there.
    func unplacedByUpdate(_ row: DeploymentRow) -> [UnplacedReplica] {
        guard row.rollout.isMoving, tables.outdated.contains(row.id),
            case .take(let step) = nextRolloutAction(of: row)
        else { return [] }
        // One that was to come first elsewhere can still be replaced where it stands when its turn comes.
        let mayStop = row.spec.strategy.maxUnavailable > 0
        let homeless = (mayStop ? step.surged : []) + step.advanced
        let stuck = homeless.compactMap { number in
            tables.placements[row.id]?.current[number].flatMap { tables.assignments[$0] }
        }.filter { portsInPlace($0, row) == nil }
        if row.spec.waitsForItsNode { return stuck.map { unplacedOnItsNode($0, row) } }
        let held = (stuck.map(\.replicaNumber) + (mayStop ? [] : step.surged)).sorted()
        guard !held.isEmpty else { return [] }
        var scheduler = Scheduler(self)
        return scheduler.place(
            PlacementRequest(row.id, target(of: row), replicas: held, movesReplicas: true)
        ).unplaced
    }

    /// A replica that is neither updated where it stands nor moved from there.
    private func unplacedOnItsNode(_ old: AssignmentRow, _ row: DeploymentRow) -> UnplacedReplica {
        var unplaced = UnplacedReplica(
            replicaNumber: old.replicaNumber, refusals: [], isBoundToItsNode: true)
        guard case .refused(let refusal)? = fitInPlace(old, row) else { return unplaced }
        unplaced.refusals = [
            FilterRefusal(
                filter: refusal.filter, nodeCount: 1, exampleNodeID: old.nodeID,
                exampleNodeName: tables.nodes[old.nodeID]?.name ?? "\(old.nodeID)",
                detail: refusal.detail { tables.deployments[$0]?.spec.name })
        ]
        return unplaced
    }

    private func phase(of rollout: RolloutState) -> RolloutView.Phase {
        if rollout.isPaused { return .paused }
        switch rollout.phase {
        case .failed: return .failed
        case .progressing: return rollout.rollback == nil ? .progressing : .rollingBack
        case .complete: return rollout.rollback == nil ? .complete : .rolledBack
        }
    }

    private func step(of row: DeploymentRow, _ updated: Int) -> String? {
        guard row.rollout.isMoving else { return nil }
        let count = sortedCurrent(of: row.id).count
        let desired = desiredReplicas(of: row)
        if count < desired { return "\(Phrase.replicas(desired - count)) without a place" }
        let running = row.spec.strategy.kind == .recreate ? stillRunning(of: row) : 0
        if running > 0 { return "\(Phrase.replicas(running)) to stop before any starts anew" }
        let arriving = tables.placements[row.id]?.arriving.count ?? 0
        if arriving > 0 { return "\(Phrase.replicas(arriving)) in addition to become healthy" }
        return proof(of: row, updated)
    }

    /// What the replicas at the generation that do not count yet have to do.
    private func proof(of row: DeploymentRow, _ updated: Int) -> String? {
        let tried = triedPlacements(of: row)
        let serving = tried.count { isReady($0) && !isHealthy($0, row.spec.strategy) }
        let waiting = max(0, tried.count - updated - serving)
        var parts: [String] = []
        if serving > 0 {
            parts.append(
                "\(Phrase.replicas(serving)) \(Phrase.verb(serving, "serves", "serve")) already and "
                    + "\(Phrase.verb(serving, "counts", "count")) after \(row.spec.strategy.healthyAfterSecs) s"
            )
        }
        if waiting > 0 { parts.append("\(Phrase.replicas(waiting)) to become healthy") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
