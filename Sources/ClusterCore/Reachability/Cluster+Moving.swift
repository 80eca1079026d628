import Model

extension Cluster {
    /// Gives replicas of lost nodes a new place, where there is one; a replica is never left without both.
    ///
    /// Nothing is moved while the mass-loss brake holds or when no node is left.
    mutating func moveLostReplicas(
        _ census: MassLossBrake.Census, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) {
        guard settings.rescheduleOnUnreachable, !brake.isEngaged, census.missing < census.known else {
            return
        }
        let lost = lostReplicas()
        guard !lost.isEmpty else { return }
        for (deploymentID, replicas) in lost.sorted(by: { $0.key < $1.key }) {
            guard let row = tables.deployments[deploymentID], row.deletedAt == nil else { continue }
            let request = PlacementRequest(
                deploymentID, target(of: row), replicas: replicas.sorted(), movesReplicas: true)
            let plan = plan(request, &change)
            move(plan, request, &change, &ids)
        }
    }

    private func lostReplicas() -> [DeploymentID: [Int]] {
        var lost: [DeploymentID: [Int]] = [:]
        for (nodeID, life) in live where life.status == .unreachable {
            for assignmentID in tables.usage[nodeID]?.current ?? [] {
                guard let row = tables.assignments[assignmentID], row.isCurrent else { continue }
                lost[row.deploymentID, default: []].append(row.replicaNumber)
            }
        }
        return lost
    }

    private mutating func move(
        _ plan: PlacementPlan, _ request: PlacementRequest, _ change: inout ChangeSet,
        _ ids: inout some IDSource
    ) {
        let former = tables.placements[request.deploymentID]?.current ?? [:]
        let violations = PlanChecker.violations(of: plan, for: request, in: self)
        guard violations.isEmpty else {
            change.scheduler = nil
            change.events.append(.planRefused(request.deploymentID, violations: violations))
            return
        }
        let scheduler = change.scheduler
        for placement in plan.placements {
            if let old = former[placement.replicaNumber] { retire(old, .nodeLost, &change) }
        }
        change.scheduler = scheduler
        do throws(Rejection) {
            try commit(plan, for: request, &change, &ids)
        } catch {
            change.events.append(.planRefused(request.deploymentID, violations: [error.message]))
        }
    }
}
