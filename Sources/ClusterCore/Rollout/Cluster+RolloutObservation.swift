import Model

/// What decides whether the declared generation changes a replica's container: compared once for many replicas.
private struct UnchangedKind: Hashable {
    var generation: UInt64
    var image: String?
}

extension Cluster {
    /// What the update needs to know of every replica.
    func observedReplicas(of row: DeploymentRow) -> [RolloutStateMachine.Replica] {
        let isStopped = row.spec.desiredState == .stopped
        let arriving = tables.placements[row.id]?.arriving ?? [:]
        var kinds: [UnchangedKind: Bool] = [:]
        return sortedCurrent(of: row.id).compactMap { number, assignmentID in
            guard let assignment = tables.assignments[assignmentID] else { return nil }
            let isUpdated = assignment.generation == row.generation
            let serves = isUpdated ? isHealthy(assignment, row.spec.strategy) : isReady(assignment)
            var replica = RolloutStateMachine.Replica(
                number: number, generation: assignment.generation,
                isAvailable: isStopped || serves && isHeard(assignment),
                isReachable: isKnown(assignment))
            if !isUpdated {
                let kind = UnchangedKind(generation: assignment.generation, image: assignment.image)
                let isSame = kinds[kind] ?? isSameContainer(assignment, row)
                kinds[kind] = isSame
                replica.isUnchanged = isSame && hasSameConfigs(assignment, row)
                // One that has to move is taken down all the same.
                if replica.isUnchanged { replica.isUnchanged = portsInPlace(assignment, row) != nil }
            }
            if let arrival = arriving[number].flatMap({ tables.assignments[$0] }) {
                replica.arrival = isStopped || isHealthy(arrival, row.spec.strategy) ? .healthy : .awaited
            }
            return replica
        }
    }

    /// Whether what the node says, or does not say, of a placement can be believed.
    ///
    /// The generations of another history mean other declarations, though their numbers may be the same.
    func isKnown(_ row: AssignmentRow) -> Bool {
        guard let life = live[row.nodeID], life.status == .ready, life.hasFullReport,
            actsInThisHistory(row.nodeID)
        else { return false }
        return life.instances[row.id]?.state != .unknown
    }

    /// Whether what was said of a placement is said of now.
    ///
    /// An agent outside the window, one that says something is the matter with its node, and one of another history
    /// are heard all the same: what serves there serves.
    private func isHeard(_ row: AssignmentRow) -> Bool {
        guard let life = live[row.nodeID], life.hasFullReport else { return false }
        return life.status == .ready || life.status == .error || life.status == .incompatible
    }

    /// Whether a placement has served at its generation for as long as its strategy asks.
    func isHealthy(_ row: AssignmentRow, _ strategy: RolloutStrategy) -> Bool {
        guard let due = healthyAt(row, strategy) else { return false }
        return lastNow >= due
    }

    /// When a placement that serves at its generation has done so for long enough; nil when it does not serve.
    func healthyAt(_ row: AssignmentRow, _ strategy: RolloutStrategy) -> MonotonicInstant? {
        guard isReady(row), isKnown(row), let since = live[row.nodeID]?.readySince[row.id] else { return nil }
        return since.adding(milliseconds: Int64(strategy.healthyAfterSecs) * 1000)
    }

    /// Why a placement proves that its generation is broken; nil while it does not.
    func faultOfGeneration(_ row: AssignmentRow) -> String? {
        guard isKnown(row), let said = live[row.nodeID]?.instances[row.id] else { return nil }
        let hasRejected = said.rejectedGeneration == row.generation
        guard hasRejected || (said.state == .failed && said.generation >= row.sameSince) else { return nil }
        let node = tables.nodes[row.nodeID]?.name ?? "\(row.nodeID)"
        let verb = hasRejected ? "was rejected by" : "failed on"
        return "replica \(row.replicaNumber) \(verb) node \(node): \(said.message ?? "no reason was given")"
    }

    /// Placements that are tried at the declared generation: current and arriving ones.
    func triedPlacements(of row: DeploymentRow) -> [AssignmentRow] {
        let arriving = (tables.placements[row.id]?.arriving ?? [:]).sorted { $0.key < $1.key }
        return (sortedCurrent(of: row.id) + arriving).compactMap { tables.assignments[$0.value] }
            .filter { $0.generation == row.generation }
    }

    /// Whether the declared generation is the same container with the same ports as the one a replica has.
    func isUnchanged(_ old: AssignmentRow, _ row: DeploymentRow) -> Bool {
        hasSameConfigs(old, row) && isSameContainer(old, row)
    }

    /// Whether the declared generation gives a replica the configs it has, where it stands.
    private func hasSameConfigs(_ old: AssignmentRow, _ row: DeploymentRow) -> Bool {
        old.configs == configs(of: row.id, at: row.generation, on: old.nodeID)
    }

    private func isSameContainer(_ old: AssignmentRow, _ row: DeploymentRow) -> Bool {
        guard let former = tables.revisions[row.id]?[old.generation],
            let next = tables.revisions[row.id]?[row.generation],
            former.restartNonce == next.restartNonce, former.spec.servedPorts == next.spec.servedPorts
        else { return false }
        var new = old
        new.image = image(after: old, of: row)
        return container(of: old, former) == container(of: new, next)
    }
}
