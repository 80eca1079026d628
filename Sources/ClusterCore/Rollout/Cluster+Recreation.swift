import Model

/// A deployment that is recreated: every old container stops before the first new one starts.
///
/// What stands follows from the rows and reports alone: an outdated replica is told to stop while the update moves,
/// and all of them go to the new generation once no node that is heard from runs an old one.
extension Cluster {
    /// Whether a replica is told to stop because the others shall not run beside its successor.
    func isHalted(_ row: AssignmentRow, of deployment: DeploymentRow) -> Bool {
        guard deployment.spec.strategy.kind == .recreate, deployment.rollout.isMoving,
            deployment.spec.desiredState == .running, row.isCurrent, row.generation != deployment.generation
        else { return false }
        return !isUnchanged(row, deployment)
    }

    /// The replicas of a recreated deployment that stand in the way of the new generation.
    func stillRunning(of deployment: DeploymentRow) -> Int {
        sortedCurrent(of: deployment.id).compactMap { tables.assignments[$0.value] }.count { row in
            guard isHalted(row, of: deployment), isKnown(row),
                let said = live[row.nodeID]?.instances[row.id]
            else { return false }
            return said.state == .running || said.state == .pending
        }
    }

    /// Tells nodes what is halted now, or no longer.
    mutating func touchRecreated(_ deployment: DeploymentRow, _ change: inout ChangeSet) {
        guard deployment.spec.strategy.kind == .recreate else { return }
        touchNodes(of: deployment.id, &change)
    }
}
