import Model

/// Replacements that come before what they replace leaves a draining node.
extension Cluster {
    /// Whether a replica that serves is only taken from a draining node once its replacement serves.
    ///
    /// While an update is under way the additional replicas are the update's; one that was given up needs none any
    /// more, and must not keep a node from being emptied.
    func replacesFirst(_ row: DeploymentRow) -> Bool {
        row.spec.mode == .replicated && row.spec.desiredState == .running
            && row.spec.strategy.kind == .rolling && row.spec.strategy.maxSurge > 0
            && row.rollout.phase != .progressing
    }

    /// Whether an additional placement belongs to a drain although an update was given up: it runs what replicas
    /// without a place run then.
    func isReplacement(_ arrival: AssignmentRow, of row: DeploymentRow) -> Bool {
        guard row.rollout.phase == .failed, arrival.generation == target(of: row).generation,
            let id = tables.placements[row.id]?.current[arrival.replicaNumber],
            let nodeID = tables.assignments[id]?.nodeID
        else { return false }
        return tables.draining.contains(nodeID)
    }

    /// How many more additional replicas a deployment may have now.
    func surgeAllowance(of row: DeploymentRow) -> Int {
        max(0, row.spec.strategy.maxSurge - (tables.placements[row.id]?.arriving.count ?? 0))
    }

    /// Gives replicas an additional place, where there is one; they stay until it is healthy.
    mutating func bringReplacements(
        for leaving: [AssignmentRow], of row: DeploymentRow, _ change: inout ChangeSet,
        _ ids: inout some IDSource
    ) {
        guard !leaving.isEmpty else { return }
        let request = PlacementRequest(
            row.id, target(of: row), replicas: leaving.map(\.replicaNumber), movesReplicas: true,
            explains: false)
        do throws(Rejection) {
            try commit(plan(request, &change), for: request, isArriving: true, &change, &ids)
        } catch {
            change.events.append(.planRefused(row.id, violations: [error.message]))
        }
    }

    /// Lets healthy replacements take over, and ends those that nothing needs any more.
    ///
    /// A replacement runs what its replica runs, after an update that was given up the last good generation; one of
    /// another generation belongs to an update.
    mutating func reviewReplacements(_ change: inout ChangeSet) {
        for id in tables.surging.sorted() {
            guard let row = tables.deployments[id] else { continue }
            let arriving = (tables.placements[id]?.arriving ?? [:]).sorted { $0.key < $1.key }
            for (number, arrivalID) in arriving {
                guard let arrival = tables.assignments[arrivalID],
                    let current = tables.placements[id]?.current[number].flatMap({ tables.assignments[$0] }),
                    current.generation == arrival.generation || isReplacement(arrival, of: row)
                else { continue }
                review(arrival, of: current, row, &change)
            }
        }
    }

    private mutating func review(
        _ arrival: AssignmentRow, of current: AssignmentRow, _ row: DeploymentRow, _ change: inout ChangeSet
    ) {
        let isNeeded =
            tables.draining.contains(current.nodeID) && !tables.draining.contains(arrival.nodeID)
            && row.spec.desiredState == .running && current.replicaNumber < row.spec.replicas
            && status(of: arrival.nodeID) != .unreachable
        guard isNeeded else { return retire(arrival.id, .placementChanged, &change) }
        guard let due = healthyAt(arrival, row.spec.strategy) else { return }
        guard change.now.monotonic >= due else { return wake(at: due) }
        promote(current.replicaNumber, of: row.id, for: .drained, &change)
    }

    /// What a replica waits for whose replacement comes first; nil when it waits for nothing of the kind.
    func reasonToAwait(_ row: AssignmentRow, _ deployment: DeploymentRow) -> String? {
        guard let id = tables.placements[row.deploymentID]?.arriving[row.replicaNumber],
            let arrival = tables.assignments[id]
        else {
            guard replacesFirst(deployment), isReady(row), surgeAllowance(of: deployment) == 0 else {
                return nil
            }
            return "as many additional replicas as there may be are on their way"
        }
        let name = tables.nodes[arrival.nodeID]?.name ?? "\(arrival.nodeID)"
        return "leaves when its replacement on node \(name) has become healthy"
    }
}
