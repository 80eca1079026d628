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

    /// The replicas that serve nobody because of the new generation, as far as their nodes are heard from.
    func haltedReplicas(of deployment: DeploymentRow) -> [AssignmentRow] {
        guard deployment.spec.strategy.kind == .recreate else { return [] }
        return sortedCurrent(of: deployment.id).compactMap { tables.assignments[$0.value] }
            .filter { isHalted($0, of: deployment) && isKnown($0) }
    }

    /// Why a recreation whose time is up is given up: what it has stopped must not stay down for nothing.
    func standstill(of deployment: DeploymentRow, _ halted: AssignmentRow) -> String {
        let running = stillRunning(of: deployment)
        let detail =
            running > 0
            ? "\(Phrase.replicas(running)) did not stop"
            : heldUpdate(of: deployment).first?.message ?? "it is not started anew"
        return
            "no progress for \(deployment.spec.strategy.deadlineSecs) s; replica \(halted.replicaNumber) was "
            + "stopped for the update: \(detail)"
    }

    /// Tells nodes what is halted now, or no longer.
    mutating func touchRecreated(_ deployment: DeploymentRow, _ change: inout ChangeSet) {
        guard deployment.spec.strategy.kind == .recreate else { return }
        touchNodes(of: deployment.id, &change)
    }
}
