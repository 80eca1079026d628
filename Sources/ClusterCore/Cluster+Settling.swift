import Model

extension Cluster {
    /// Brings a deployment's placements in line with its declaration as far as possible now.
    ///
    /// Healthy replicas stay; surplus ones retire, missing ones are placed, an update takes its next step.
    /// The answer is the replicas that have no place.
    mutating func settle(
        _ id: DeploymentID, explaining: Bool = true, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> [UnplacedReplica] {
        guard var row = tables.deployments[id], row.deletedAt == nil else { return [] }
        for assignmentID in surplus(of: row) { retire(assignmentID, .scaledDown, &change) }
        row = reviewRollout(row, &change)
        let unplaced = try placeMissing(row, explaining: explaining, &change, &ids)
        try takeRolloutStep(row, &change, &ids)
        if let row = tables.deployments[id], row.rollout.isMoving, row.spec.desiredState == .stopped {
            _ = reviewRollout(row, &change)
        }
        return unplaced
    }

    /// The same, and the replicas that have a place where what this command declared does not fit.
    mutating func settleDeclared(
        _ id: DeploymentID, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> [UnplacedReplica] {
        let unplaced = try settle(id, &change, &ids)
        guard let row = tables.deployments[id], change.isNew(.revision(id, row.generation)) else {
            return unplaced
        }
        return unplaced + unplacedByUpdate(row)
    }

    /// Settles without anyone waiting for an answer: a distrusted plan is told as an event.
    mutating func settleOrDrop(_ id: DeploymentID, _ change: inout ChangeSet, _ ids: inout some IDSource) {
        do throws(Rejection) {
            _ = try settle(id, explaining: false, &change, &ids)
            pruneRevisions(of: id, &change)
        } catch {
            change.events.append(.planRefused(id, violations: [error.message]))
        }
    }

    /// Why replicas of a deployment have no place, found by planning without committing.
    func explainUnplaced(_ id: DeploymentID) -> [UnplacedReplica] {
        guard tables.pending.contains(id) || tables.perNode.contains(id), let row = tables.deployments[id]
        else { return [] }
        let missing = missingReplicas(of: row)
        guard !missing.isEmpty else { return [] }
        var scheduler = Scheduler(self)
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
            throw Rejection(.internalFault, "distrusted plan: \(violations.joined(separator: "; "))")
        }
        make(plan, for: request, isArriving: isArriving, &change, &ids)
    }

    /// Makes the placements of a plan that was checked.
    mutating func make(
        _ plan: PlacementPlan, for request: PlacementRequest, isArriving: Bool = false,
        _ change: inout ChangeSet, _ ids: inout some IDSource
    ) {
        let told = Told(
            image: image(of: request.deploymentID, at: request.generation),
            configs: tables.revisions[request.deploymentID]?[request.generation]?.configs ?? [])
        change.reserve(placements: plan.placements.count)
        for placement in plan.placements {
            place(placement, of: request, told, isArriving: isArriving, &change, &ids)
        }
        change.changedDeployments.insert(request.deploymentID)
        guard plan.cursor != tables.meta.schedulerCursor else { return }
        var meta = tables.meta
        meta.schedulerCursor = plan.cursor
        put(.meta(meta), &change)
    }

    /// Plans with everything that was decided before; reasons are worked out only where someone asks for them.
    mutating func plan(_ request: PlacementRequest, _ change: inout ChangeSet) -> PlacementPlan {
        refreshNodeIndex()
        var scheduler = Scheduler(self)
        return scheduler.place(request)
    }

    /// The numbers of replicas that have no place.
    func missingReplicas(of row: DeploymentRow) -> [Int] {
        let current = tables.placements[row.id]?.current ?? [:]
        guard row.spec.mode == .replicated else { return missingPerNode(row, current) }
        guard current.count < row.spec.replicas || tables.pending.contains(row.id) else { return [] }
        return (0..<row.spec.replicas).filter { current[$0] == nil }
    }

    /// How many replicas a deployment shall have now.
    func desiredReplicas(of row: DeploymentRow) -> Int {
        guard row.spec.mode == .perNode else { return row.spec.replicas }
        return (tables.placements[row.id]?.current.count ?? 0) + missingReplicas(of: row).count
    }

    /// The lowest free numbers, one for each node that takes part and has none.
    private func missingPerNode(_ row: DeploymentRow, _ current: [Int: AssignmentID]) -> [Int] {
        let taken = tables.placements[row.id]?.nodes ?? [:]
        let spec = target(of: row).spec
        var missing = tables.nodes.values.count { node in
            node.tombstone == nil && taken[node.id] == nil && standingRefusal(of: node) == nil
                && NodeFilters.constraintRefusal(node.inventory, node.labels, spec) == nil
        }
        missing = min(missing, SpecLimits.replicas - current.count)
        var numbers: [Int] = []
        var number = 0
        while numbers.count < missing {
            if current[number] == nil { numbers.append(number) }
            number += 1
        }
        return numbers
    }

    /// Replicas that the declaration no longer has.
    private func surplus(of row: DeploymentRow) -> [AssignmentID] {
        guard row.spec.mode == .perNode else {
            let current = tables.placements[row.id]?.current ?? [:]
            return current.filter { $0.key >= row.spec.replicas }.sorted { $0.key < $1.key }.map(\.value)
        }
        var nodes: Set<NodeID> = []
        // While an update is held up, what is placed follows the generation before it: that is no surplus.
        let specs = [row.spec, target(of: row).spec]
        return sortedCurrent(of: row.id).compactMap { _, id in
            guard let assignment = tables.assignments[id], let node = tables.nodes[assignment.nodeID],
                nodes.insert(node.id).inserted,
                specs.contains(where: {
                    NodeFilters.constraintRefusal(node.inventory, node.labels, $0) == nil
                })
            else { return id }
            return nil
        }
    }

    private mutating func placeMissing(
        _ row: DeploymentRow, explaining: Bool, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> [UnplacedReplica] {
        for number in missingReplicas(of: row) { promote(number, of: row.id, &change) }
        let missing = missingReplicas(of: row)
        guard !missing.isEmpty else { return [] }
        let request = PlacementRequest(
            row.id, target(of: row), replicas: missing, explains: explaining)
        let plan = plan(request, &change)
        try commit(plan, for: request, &change, &ids)
        return plan.unplaced
    }

    /// What every replica of a request is told, wherever it is placed.
    private struct Told {
        var image: String?
        var configs: [ConfigReference]
    }

    private mutating func place(
        _ placement: PlacementPlan.Placement, of request: PlacementRequest, _ told: Told, isArriving: Bool,
        _ change: inout ChangeSet, _ ids: inout some IDSource
    ) {
        let now = change.now.wall
        let row = AssignmentRow(
            id: ids.nextIdentifier(), deploymentID: request.deploymentID,
            replicaNumber: placement.replicaNumber,
            nodeID: placement.nodeID, generation: request.generation, ports: placement.ports,
            resources: request.resources, image: told.image,
            configs: configs(told.configs, on: placement.nodeID),
            phase: isArriving ? .arriving : .current, createdAt: now, updatedAt: now)
        touch(row.nodeID, &change)
        putNew(row, &change)
        change.events.append(
            .replicaPlaced(row.deploymentID, replica: row.replicaNumber, node: row.nodeID))
    }
}
