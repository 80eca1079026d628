import Model

extension Cluster {
    /// Gives replicas of lost nodes a new place, where there is one; a replica is never left without both.
    ///
    /// Nothing is moved while the mass-loss brake holds or when no node is left.
    mutating func moveLostReplicas(
        _ census: MassLossBrake.Census, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) {
        guard settings.rescheduleOnUnreachable, !brake.isEngaged, census.present > 0 else { return }
        let lost = lostReplicas(at: change.now.monotonic)
        for (deploymentID, replicas) in lost.sorted(by: { $0.key < $1.key }) {
            guard let row = tables.deployments[deploymentID] else { continue }
            let reason: AssignmentRow.RetireReason =
                row.spec.disconnect?.onReconnect == .keep ? .awaitingReturn : .nodeLost
            let homeless = promoteArrivals(of: row, for: replicas.sorted(), reason, &change)
            guard !homeless.isEmpty else { continue }
            let request = PlacementRequest(
                deploymentID, target(of: row), replicas: homeless, movesReplicas: true, explains: false)
            move(plan(request, &change), request, reason, &change, &ids)
        }
    }

    /// Lets additional placements that were on their way take over at once; the answer is the replicas without one.
    private mutating func promoteArrivals(
        of row: DeploymentRow, for replicas: [Int], _ reason: AssignmentRow.RetireReason,
        _ change: inout ChangeSet
    ) -> [Int] {
        guard tables.surging.contains(row.id) else { return replicas }
        let generation = target(of: row).generation
        return replicas.filter { number in
            guard let id = tables.placements[row.id]?.arriving[number], let arrival = tables.assignments[id],
                arrival.generation == generation, status(of: arrival.nodeID) != .unreachable
            else { return true }
            promote(number, of: row.id, for: reason, &change)
            return false
        }
    }

    /// The replicas whose time has come; one per node stays with its node, and what a node with an incompatible
    /// agent has could not be taken away from it.
    private mutating func lostReplicas(at now: MonotonicInstant) -> [DeploymentID: [Int]] {
        var lost: [DeploymentID: [Int]] = [:]
        for (nodeID, life) in live where life.status == .unreachable && !life.isIncompatible {
            let silence = now.milliseconds(since: life.lastSeen.monotonic)
            for row in tables.usage[nodeID]?.current.values ?? [:].values where row.isCurrent {
                guard let deployment = tables.deployments[row.deploymentID], deployment.deletedAt == nil,
                    deployment.spec.mode == .replicated
                else { continue }
                guard !deployment.spec.waitsForItsNode else { continue }
                let patience = Int64(deployment.spec.disconnect?.lostAfterSecs ?? 0) * 1000
                if silence > patience {
                    lost[row.deploymentID, default: []].append(row.replicaNumber)
                } else {
                    wake(at: life.lastSeen.monotonic.adding(milliseconds: patience + 1))
                }
            }
        }
        return lost
    }

    /// Retires and places in one step whatever the plan found a place for; the rest stays where it is.
    mutating func move(
        _ plan: PlacementPlan, _ request: PlacementRequest, _ reason: AssignmentRow.RetireReason,
        _ change: inout ChangeSet, _ ids: inout some IDSource
    ) {
        guard !plan.placements.isEmpty else { return }
        let violations = PlanChecker.violations(of: plan, for: request, in: self)
        guard violations.isEmpty else {
            change.events.append(.planRefused(request.deploymentID, violations: violations))
            return
        }
        let former = tables.placements[request.deploymentID]?.current ?? [:]
        for placement in plan.placements {
            if let old = former[placement.replicaNumber] { retire(old, reason, &change) }
        }
        make(plan, for: request, &change, &ids)
    }
}
