import Model

extension Cluster {
    /// Decides between the replica on a node that is back and its replacement, once the node has said what it has.
    mutating func reconcileReturned(_ report: NodeReport, on id: NodeID, _ change: inout ChangeSet) {
        guard report.isFull, let awaiting = tables.usage[id]?.awaiting, !awaiting.isEmpty else { return }
        for assignmentID in awaiting.sorted() {
            guard let row = tables.assignments[assignmentID] else { continue }
            switch fate(of: row, live[id]?.instances[assignmentID]) {
            case .takesItsPlace: takeBack(row, &change)
            case .isAwaited: continue
            case .givesUp: giveUp(row, &change)
            }
        }
    }

    /// What becomes of an original whose node is back.
    private enum Fate { case takesItsPlace, isAwaited, givesUp }

    /// An original that runs wins; where its replacement serves, it must serve too, at the generation both were told,
    /// since nobody's replica is taken down for one that cannot stand in for it.
    private func fate(of original: AssignmentRow, _ said: InstanceReport?) -> Fate {
        guard let said else { return .givesUp }
        switch said.state {
        case .pending, .unknown: return .isAwaited
        case .running where isStillWanted(original): break
        default: return .givesUp
        }
        guard !isReady(original),
            let id = tables.placements[original.deploymentID]?.current[original.replicaNumber],
            let replacement = tables.assignments[id]
        else { return .takesItsPlace }
        guard isKnownOf(replacement.nodeID) else { return .isAwaited }
        guard isReady(replacement) else { return .takesItsPlace }
        return said.generation < original.sameSince || said.health?.isFailing == true ? .givesUp : .isAwaited
    }

    /// Whether it is known of a node what serves there: it is lost, or was heard of lately.
    private func isKnownOf(_ id: NodeID) -> Bool {
        guard let life = live[id] else { return false }
        return life.status == .unreachable || life.hasFullReport && life.status != .suspect
    }

    /// Whether the declaration still has the replica, and the node may still have replicas.
    private func isStillWanted(_ row: AssignmentRow) -> Bool {
        guard let deployment = tables.deployments[row.deploymentID], deployment.deletedAt == nil,
            row.replicaNumber < deployment.spec.replicas,
            deployment.spec.disconnect?.onReconnect == .keep,
            tables.revisions[row.deploymentID]?[row.generation] != nil
        else { return false }
        return tables.nodes[row.nodeID]?.availability != .draining && !isOvertaken(row, deployment)
    }

    /// Whether an update went past the original while its node was away: what replaced it runs a later generation, or
    /// the update is over and nothing would take the original to what is declared.
    private func isOvertaken(_ row: AssignmentRow, _ deployment: DeploymentRow) -> Bool {
        let current = tables.placements[row.deploymentID]?.current[row.replicaNumber]
        if let replacement = current.flatMap({ tables.assignments[$0] }) {
            return replacement.generation > row.generation
        }
        return deployment.rollout.phase == .complete && row.generation != deployment.generation
    }

    private mutating func takeBack(_ row: AssignmentRow, _ change: inout ChangeSet) {
        if let replacement = tables.placements[row.deploymentID]?.current[row.replicaNumber] {
            retire(replacement, .originalReturned, &change)
        }
        var original = row
        original.phase = .current
        original.updatedAt = change.now.wall
        put(.assignment(original), &change)
        change.changedDeployments.insert(row.deploymentID)
        change.events.append(
            .replicaReturned(row.deploymentID, replica: row.replicaNumber, node: row.nodeID))
    }

    /// The replacement stays; the node's next document is without the original.
    private mutating func giveUp(_ row: AssignmentRow, _ change: inout ChangeSet) {
        var original = row
        original.phase = .retiring(sinceRevision: touch(row.nodeID, &change), reason: .nodeLost)
        original.updatedAt = change.now.wall
        put(.assignment(original), &change)
        change.changedDeployments.insert(row.deploymentID)
    }
}

extension InstanceHealth {
    /// Whether a probe has failed for good, and not only not passed yet.
    fileprivate var isFailing: Bool { [startup, readiness, liveness].contains(.failing) }
}
