import Model

extension Cluster {
    /// Declares a deployment and places what can be placed.
    mutating func createDeployment(
        _ payload: CreateDeployment, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        let id = try declareDeployment(payload.spec, &change, &ids)
        return try settleForReply(id, requiresPlacement: payload.requiresPlacement, &change, &ids)
    }

    /// Writes a new deployment down; nothing is placed yet.
    mutating func declareDeployment(
        _ spec: DeploymentSpec, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> DeploymentID {
        let spec = spec.withoutEndpoints
        try DeploymentRules.check(spec)
        try requireFreeDeploymentName(spec.name, for: nil)
        let now = change.now.wall
        let row = DeploymentRow(id: ids.nextIdentifier(), spec: spec, createdAt: now, updatedAt: now)
        put(.deployment(row), &change)
        putRevision(of: row, after: row.generation, &change)
        change.events.append(.deploymentCreated(row.id))
        change.changedDeployments.insert(row.id)
        return row.id
    }

    /// Declares a deployment anew; what a replica is gets a new generation only when it changes.
    mutating func patchDeployment(
        _ payload: PatchDeployment, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        guard try redeclareDeployment(payload, &change) else {
            return .deployment(reply(payload.id, hasChanged: false))
        }
        return try settleForReply(payload.id, requiresPlacement: payload.requiresPlacement, &change, &ids)
    }

    /// Writes down what a deployment is from now on; false when that is nothing new.
    ///
    /// Nothing is placed yet.
    mutating func redeclareDeployment(
        _ payload: PatchDeployment, _ change: inout ChangeSet
    ) throws(Rejection) -> Bool {
        var row = try liveDeployment(payload.id, expecting: payload.expectedGeneration)
        let spec = payload.spec.withoutEndpoints
        try DeploymentRules.check(spec)
        try requireFreeDeploymentName(spec.name, for: row.id)
        guard spec != row.spec else { return false }
        let old = row.spec
        row.spec = spec
        row.updatedAt = change.now.wall
        put(.deployment(row), &change)
        if spec.revisionPart != old.revisionPart {
            let former = row.generation
            beginGeneration(&row, &change)
            putRevision(of: row, after: former, &change)
        }
        let isTold =
            spec.name != old.name || spec.desiredState != old.desiredState || spec.strategy != old.strategy
        if isTold { touchNodes(of: row.id, &change) }
        if spec.disconnect != old.disconnect || spec.waitsForItsNode != old.waitsForItsNode {
            // Replicas of lost nodes may move sooner than they would have.
            hasWork = true
            change.wantsTick = true
        }
        change.events.append(.deploymentUpdated(row.id, generation: row.generation))
        change.changedDeployments.insert(row.id)
        return true
    }

    /// Deletes a deployment; its name is free at once, its ports when its containers are gone.
    mutating func deleteDeployment(_ payload: DeleteDeployment, _ change: inout ChangeSet) throws(Rejection)
        -> Reply
    {
        var row = try liveDeployment(payload.id, expecting: payload.expectedGeneration)
        row.deletedAt = change.now.wall
        row.updatedAt = change.now.wall
        put(.deployment(row), &change)
        detachAll(from: .deployment(row.id), &change)
        let arriving = tables.placements[row.id]?.arriving.values.sorted() ?? []
        for id in sortedCurrent(of: row.id).map(\.value) + arriving {
            retire(id, .deploymentDeleted, &change)
        }
        change.events.append(.deploymentDeleted(row.id, name: row.spec.name))
        change.changedDeployments.insert(row.id)
        purgeIfGone(row.id, &change)
        return .done
    }

    /// Forgets a deleted deployment whose last placement is gone.
    mutating func purgeIfGone(_ id: DeploymentID, _ change: inout ChangeSet) {
        guard tables.deployments[id]?.deletedAt != nil, tables.placements[id] == nil else { return }
        for generation in (tables.revisions[id] ?? [:]).keys.sorted() {
            delete(.revision(id, generation), &change)
        }
        delete(.deployment(id), &change)
        pulses[id] = nil
    }

    /// Forgets generations that nothing runs and that are too old to go back to.
    mutating func pruneRevisions(of id: DeploymentID, _ change: inout ChangeSet) {
        guard let kept = tables.revisions[id], kept.count > ClusterLimits.revisions else { return }
        let inUse = documentedGenerations(of: id)
        let good = tables.deployments[id]?.rollout.lastGood
        for generation in kept.keys.sorted().dropLast(ClusterLimits.revisions)
        where !inUse.contains(generation) && generation != good {
            delete(.revision(id, generation), &change)
        }
    }

    /// The generations that documents have: also of additional placements, and of those that may return.
    private func documentedGenerations(of id: DeploymentID) -> Set<UInt64> {
        guard let index = tables.placements[id] else { return [] }
        let others = index.retiring.union(index.arriving.values).compactMap { tables.assignments[$0] }
            .filter { $0.isWanted || $0.isAwaitingReturn }
        return Set(index.generations.keys).union(others.map(\.generation))
    }

    /// The current placements of a deployment by replica number.
    func sortedCurrent(of id: DeploymentID) -> [(key: Int, value: AssignmentID)] {
        (tables.placements[id]?.current ?? [:]).sorted { $0.key < $1.key }
    }

    /// The answer to a declaration.
    func reply(_ id: DeploymentID, hasChanged: Bool, unplaced: [UnplacedReplica]? = nil) -> Reply.Deployment {
        let placements = sortedCurrent(of: id).compactMap { number, assignmentID in
            tables.assignments[assignmentID].map { Reply.Placed(replicaNumber: number, nodeID: $0.nodeID) }
        }
        return Reply.Deployment(
            id: id, generation: tables.deployments[id]?.generation ?? 0, hasChanged: hasChanged,
            placements: placements, unplaced: unplaced ?? explainUnplaced(id))
    }

    /// Settles, and answers the operator who made that necessary.
    mutating func settleForReply(
        _ id: DeploymentID, requiresPlacement: Bool, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        let unplaced = try settleDeclared(id, &change, &ids)
        pruneRevisions(of: id, &change)
        if requiresPlacement, let first = unplaced.first {
            throw Rejection(
                .unplaceable,
                "\(Phrase.replicas(unplaced.count)) without a place; replica \(first.replicaNumber): \(first.explanation)"
            )
        }
        return .deployment(reply(id, hasChanged: true, unplaced: unplaced))
    }

    /// Gives every node of a deployment a new document.
    mutating func touchNodes(of id: DeploymentID, _ change: inout ChangeSet) {
        guard let index = tables.placements[id] else { return }
        let others = Array(index.arriving.values) + index.retiring
        for assignmentID in sortedCurrent(of: id).map(\.value) + others.sorted() {
            guard let row = tables.assignments[assignmentID], row.isWanted || row.isAwaitingReturn else {
                continue
            }
            touch(row.nodeID, &change)
        }
    }

    /// The row of a deployment that takes part, at the generation the operator looked at.
    func liveDeployment(
        _ id: DeploymentID, expecting generation: UInt64?
    ) throws(Rejection) -> DeploymentRow {
        guard let row = tables.deployments[id], row.deletedAt == nil else {
            throw Rejection(.notFound, "there is no deployment \(id)")
        }
        guard let generation, generation != row.generation else { return row }
        throw Rejection(
            .staleGeneration, "deployment \(id) is at generation \(row.generation), not \(generation)")
    }

    private func requireFreeDeploymentName(_ name: String, for id: DeploymentID?) throws(Rejection) {
        guard let holder = tables.deploymentNames[name], holder != id else { return }
        throw Rejection(
            .nameTaken, "another deployment is named \(name)",
            faults: [.init(field: "name", message: "taken by deployment \(holder)")])
    }
}

extension DeploymentSpec {
    /// Endpoints are output; echoing them back changes nothing.
    fileprivate var withoutEndpoints: DeploymentSpec {
        var spec = self
        for index in spec.ports.indices { spec.ports[index].endpoint = nil }
        return spec
    }
}
