import Model

extension Cluster {
    /// Brings a deployment's placements in line with its declaration as far as possible now.
    ///
    /// Healthy replicas stay; surplus ones retire, missing ones are placed, an update takes its next step.
    /// The answer is the replicas that have no place.
    mutating func settle(
        _ id: DeploymentID, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> [UnplacedReplica] {
        guard var row = tables.deployments[id], row.deletedAt == nil else { return [] }
        for (number, assignmentID) in sortedCurrent(of: id) where number >= row.spec.replicas {
            retire(assignmentID, .scaledDown, &change)
        }
        row = reviewRollout(row, &change)
        let unplaced = try placeMissing(row, &change, &ids)
        try takeRolloutStep(row, &change, &ids)
        if let row = tables.deployments[id], row.rollout.isMoving, row.spec.desiredState == .stopped {
            _ = reviewRollout(row, &change)
        }
        return unplaced
    }

    /// Settles without anyone waiting for an answer: a distrusted plan is told as an event.
    mutating func settleOrDrop(_ id: DeploymentID, _ change: inout ChangeSet, _ ids: inout some IDSource) {
        do throws(Rejection) {
            _ = try settle(id, &change, &ids)
            pruneRevisions(of: id, &change)
        } catch {
            change.events.append(.planRefused(id, violations: [error.message]))
        }
    }

    /// Why replicas of a deployment have no place, found by planning without committing.
    func explainUnplaced(_ id: DeploymentID) -> [UnplacedReplica] {
        guard tables.pending.contains(id), let row = tables.deployments[id] else { return [] }
        let missing = missingReplicas(of: row)
        guard !missing.isEmpty else { return [] }
        var scheduler = makeScheduler()
        return scheduler.place(PlacementRequest(id, target(of: row), replicas: missing)).unplaced
    }

    /// Ends a placement; the node's next document is without it, what it holds stays reserved.
    mutating func retire(_ id: AssignmentID, _ reason: AssignmentRow.RetireReason, _ change: inout ChangeSet)
    {
        guard var row = tables.assignments[id], row.isWanted else { return }
        let revision = touch(row.nodeID, &change)
        row.phase = .retiring(sinceRevision: revision, reason: reason)
        row.updatedAt = change.now.wall
        put(.assignment(row), &change)
        change.changedDeployments.insert(row.deploymentID)
        change.events.append(
            .replicaRetired(row.deploymentID, replica: row.replicaNumber, node: row.nodeID, reason: reason))
    }

    /// Checks a plan against the rows and makes its placements.
    mutating func commit(
        _ plan: PlacementPlan, for request: PlacementRequest, isArriving: Bool = false,
        _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) {
        guard !plan.placements.isEmpty else { return }
        let violations = PlanChecker.violations(of: plan, for: request, in: self)
        guard violations.isEmpty else {
            change.scheduler = nil
            throw Rejection(.internalFault, "distrusted plan: \(violations.joined(separator: "; "))")
        }
        let scheduler = change.scheduler
        defer { change.scheduler = scheduler }
        for placement in plan.placements {
            place(placement, of: request, isArriving: isArriving, &change, &ids)
        }
        guard plan.cursor != tables.meta.schedulerCursor else { return }
        var meta = tables.meta
        meta.schedulerCursor = plan.cursor
        put(.meta(meta), &change)
    }

    func makeScheduler() -> Scheduler {
        Scheduler(candidates: candidates(), cursor: tables.meta.schedulerCursor, settings: settings)
    }

    /// Plans with the scheduler of this command, which knows what it planned before.
    func plan(_ request: PlacementRequest, _ change: inout ChangeSet) -> PlacementPlan {
        var scheduler = change.scheduler.take() ?? makeScheduler()
        let plan = scheduler.place(request)
        change.scheduler = scheduler
        return plan
    }

    func missingReplicas(of row: DeploymentRow) -> [Int] {
        let current = tables.placements[row.id]?.current ?? [:]
        return (0..<row.spec.replicas).filter { current[$0] == nil }
    }

    private mutating func placeMissing(
        _ row: DeploymentRow, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> [UnplacedReplica] {
        for number in missingReplicas(of: row) { promote(number, of: row.id, &change) }
        let missing = missingReplicas(of: row)
        guard !missing.isEmpty else { return [] }
        let request = PlacementRequest(row.id, target(of: row), replicas: missing)
        let plan = plan(request, &change)
        try commit(plan, for: request, &change, &ids)
        return plan.unplaced
    }

    private mutating func place(
        _ placement: PlacementPlan.Placement, of request: PlacementRequest, isArriving: Bool,
        _ change: inout ChangeSet, _ ids: inout some IDSource
    ) {
        let now = change.now.wall
        let row = AssignmentRow(
            id: ids.nextIdentifier(), deploymentID: request.deploymentID,
            replicaNumber: placement.replicaNumber,
            nodeID: placement.nodeID, generation: request.generation, ports: placement.ports,
            resources: request.spec.container.resources,
            image: image(of: request.deploymentID, at: request.generation),
            phase: isArriving ? .arriving : .current, createdAt: now, updatedAt: now)
        touch(row.nodeID, &change)
        put(.assignment(row), &change)
        change.changedDeployments.insert(row.deploymentID)
        change.events.append(
            .replicaPlaced(row.deploymentID, replica: row.replicaNumber, node: row.nodeID))
    }

    private func candidates() -> [Candidate] {
        var candidates: [Candidate] = []
        candidates.reserveCapacity(tables.nodes.count)
        for row in tables.nodes.values where row.tombstone == nil { candidates.append(candidate(row)) }
        return candidates
    }

    private func candidate(_ row: NodeRow) -> Candidate {
        Candidate(
            id: row.id, ordinal: row.ordinal, name: row.name, status: status(of: row.id),
            inventory: row.inventory,
            labels: row.labels, foreignPorts: live[row.id]?.foreignPorts ?? [],
            usage: tables.usage[row.id] ?? NodeUsage())
    }
}
