import Model

extension Cluster {
    /// Lets an update take its next step.
    mutating func takeRolloutStep(
        _ row: DeploymentRow, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) {
        guard tables.outdated.contains(row.id) else { return }
        switch nextRolloutAction(of: row) {
        case .finish, .wait: return
        case .advance(let numbers):
            for number in numbers { try advance(number, of: row, &change, &ids) }
        }
    }

    /// What the update would do now.
    func nextRolloutAction(of row: DeploymentRow) -> RolloutStateMachine.Action {
        let isStopped = row.spec.desiredState == .stopped
        let machine = RolloutStateMachine(
            generation: row.generation,
            maxUnavailable: isStopped ? row.spec.replicas : ClusterLimits.maxUnavailable)
        let replicas = sortedCurrent(of: row.id).compactMap { number, assignmentID in
            tables.assignments[assignmentID].map { assignment in
                RolloutStateMachine.Replica(
                    number: number, generation: assignment.generation,
                    isAvailable: isStopped || isReady(assignment),
                    isReachable: isKnown(assignment))
            }
        }
        return machine.replicasObserved(replicas)
    }

    /// Whether what the node says, or does not say, of a placement can be believed.
    private func isKnown(_ row: AssignmentRow) -> Bool {
        guard let life = live[row.nodeID], life.status == .ready, life.hasFullReport else { return false }
        return life.instances[row.id]?.state != .unknown
    }

    /// Takes one replica to the declared generation: where it stands if it fits there, else somewhere else, else
    /// not at all for now.
    private mutating func advance(
        _ number: Int, of row: DeploymentRow, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) {
        guard let id = tables.placements[row.id]?.current[number], let old = tables.assignments[id] else {
            return
        }
        if let ports = portsInPlace(old, row) {
            try advanceInPlace(old, row, ports, &change)
            return
        }
        let request = PlacementRequest(row, replicas: [number], movesReplicas: true)
        let plan = plan(request, &change)
        guard !plan.placements.isEmpty else { return }
        retire(id, .placementChanged, &change)
        try commit(plan, for: request, &change, &ids)
    }

    private mutating func advanceInPlace(
        _ old: AssignmentRow, _ row: DeploymentRow, _ ports: [PortMapping], _ change: inout ChangeSet
    ) throws(Rejection) {
        var new = old
        new.generation = row.generation
        new.ports = ports
        let leaving = (old.ports + old.formerPorts).filter { former in
            !ports.contains { $0.transport == former.transport && $0.hostPort == former.hostPort }
        }
        new.formerPorts = Array(Set(leaving)).sorted { ($0.hostPort ?? 0) < ($1.hostPort ?? 0) }
        new.resources = row.spec.container.resources
        new.updatedAt = change.now.wall
        let violations = PlanChecker.violations(ofStaying: new, in: self)
        guard violations.isEmpty else {
            throw Rejection(.internalFault, "distrusted step: \(violations.joined(separator: "; "))")
        }
        put(.assignment(new), &change)
        touch(new.nodeID, &change)
        change.changedDeployments.insert(row.id)
        change.events.append(
            .replicaAdvanced(row.id, replica: new.replicaNumber, generation: new.generation))
    }

    /// The ports a replica would have at the declared generation on its node; nil when it cannot stay there.
    private func portsInPlace(_ old: AssignmentRow, _ row: DeploymentRow) -> [PortMapping]? {
        guard let node = tables.nodes[old.nodeID], var usage = tables.usage[old.nodeID] else { return nil }
        usage.remove(old)
        let candidate = Candidate(
            id: node.id, ordinal: node.ordinal, name: node.name, status: status(of: node.id),
            inventory: node.inventory, labels: node.labels, foreignPorts: live[node.id]?.foreignPorts ?? [],
            usage: usage)
        guard NodeFilters.constraintRefusal(of: candidate, for: row.spec.constraints) == nil,
            NodeFilters.roomRefusal(of: candidate, for: row.spec, deploymentID: row.id) == nil
        else { return nil }
        let own = Set((old.ports + old.formerPorts).compactMap(\.hostPort))
        let resolver = PortResolver(
            settings: settings, reserved: usage.ports,
            foreignPorts: candidate.foreignPorts.subtracting(own))
        guard case .resolved(let ports) = resolver.resolve(row.spec.ports, keeping: old.ports) else {
            return nil
        }
        return ports
    }
}
