public import Model

extension Cluster {
    /// What a list says of a deployment; costs a fraction of all that is to be said of it.
    public func glance(_ id: DeploymentID) -> DeploymentGlance? {
        guard let row = deploymentRow(id) else { return nil }
        var counts = ReplicaCounts()
        var places: [DeploymentGlance.Place] = []
        places.reserveCapacity(tables.placements[id]?.current.count ?? 0)
        var lastReported: Timestamp?
        for (number, assignmentID) in sortedCurrent(of: id) {
            guard let assignment = tables.assignments[assignmentID] else { continue }
            places.append(.init(replicaNumber: number, nodeID: assignment.nodeID))
            if let reported = count(assignment, of: row, in: &counts) {
                lastReported = max(lastReported ?? reported, reported)
            }
        }
        return DeploymentGlance(
            row: row, status: status(of: row, counts), replicasReady: counts.ready,
            replicasDesired: desiredReplicas(of: row), places: places, lastReported: lastReported)
    }

    /// How a deployment does, for those who ask nothing else.
    public func deploymentStatus(_ id: DeploymentID) -> DeploymentStatus? {
        guard let row = deploymentRow(id) else { return nil }
        var counts = ReplicaCounts()
        for assignmentID in tables.placements[id]?.current.values ?? [:].values {
            if let assignment = tables.assignments[assignmentID] {
                _ = count(assignment, of: row, in: &counts)
            }
        }
        return status(of: row, counts)
    }

    /// Whether a replica of a deployment stands on a node.
    public func stands(_ id: DeploymentID, on nodeID: NodeID) -> Bool {
        (tables.usage[nodeID]?.current ?? [:]).values.contains { $0.deploymentID == id && $0.isCurrent }
    }

    /// How a deployment does, from what its replicas do.
    func status(of row: DeploymentRow, _ counts: ReplicaCounts) -> DeploymentStatus {
        if row.spec.desiredState == .stopped {
            return counts.stopped == counts.placed ? .stopped : .deploying
        }
        if row.rollout.phase == .failed || counts.failed > 0 { return .failed }
        if counts.placed < desiredReplicas(of: row) { return .pending }
        return counts.readyAtDeclared == counts.placed ? .running : .deploying
    }

    /// Counts a replica; the answer is when its node was last heard from, where it has said something of the replica.
    private func count(
        _ assignment: AssignmentRow, of row: DeploymentRow, in counts: inout ReplicaCounts
    ) -> Timestamp? {
        let life = live[assignment.nodeID]
        let said = life?.instances[assignment.id]
        counts.add(
            state(of: assignment, life, said), isReady: isReady(assignment, life, said),
            isDeclared: assignment.generation == row.generation)
        return said == nil ? nil : life?.lastSeen.wall
    }
}
