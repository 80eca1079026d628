import Model

extension Cluster {
    /// Lets an update take its next step.
    mutating func takeRolloutStep(
        _ row: DeploymentRow, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) {
        guard row.rollout.isMoving, tables.outdated.contains(row.id),
            case .take(let step) = nextRolloutAction(of: row)
        else { return }
        for number in step.promoted { promote(number, of: row.id, &change) }
        let violations = PlanChecker.violations(ofAdvancing: step.advanced, of: row, in: self)
        guard violations.isEmpty else {
            throw Rejection(.internalFault, "distrusted step: \(violations.joined(separator: "; "))")
        }
        for number in step.advanced { try advance(number, of: row, &change, &ids) }
        if !step.advanced.isEmpty, row.forgoesSurge {
            note("\(DeploymentRow.writesToItsNode): each is replaced where it stands", on: row.id, &change)
        }
        try surge(step, of: row, &change, &ids)
    }

    /// What the update would do now.
    func nextRolloutAction(of row: DeploymentRow) -> RolloutStateMachine.Action {
        let strategy = row.spec.strategy
        if strategy.kind == .recreate {
            let running = stillRunning(of: row)
            if running > 0 { return .wait(unavailable: running) }
        }
        let isAtOnce = row.spec.desiredState == .stopped || strategy.kind == .recreate
        let machine = RolloutStateMachine(
            generation: row.generation,
            maxUnavailable: isAtOnce ? max(1, row.spec.replicas) : strategy.maxUnavailable,
            maxSurge: isAtOnce || row.forgoesSurge ? 0 : strategy.maxSurge)
        return machine.replicasObserved(observedReplicas(of: row))
    }

    /// Lets the additional placement of a replica take over; the former one, where there is one, retires.
    mutating func promote(
        _ number: Int, of id: DeploymentID, for reason: AssignmentRow.RetireReason = .placementChanged,
        _ change: inout ChangeSet
    ) {
        guard let index = tables.placements[id], let arrival = index.arriving[number],
            var row = tables.assignments[arrival]
        else { return }
        if let former = index.current[number] { retire(former, reason, &change) }
        row.phase = .current
        row.updatedAt = change.now.wall
        put(.assignment(row), &change)
        change.changedDeployments.insert(id)
        change.events.append(.replicaAdvanced(id, replica: number, generation: row.generation))
    }

    /// Gives replicas an additional placement; where none fits, the step is taken where they stand.
    private mutating func surge(
        _ step: RolloutStateMachine.Step, of row: DeploymentRow, _ change: inout ChangeSet,
        _ ids: inout some IDSource
    ) throws(Rejection) {
        guard !step.surged.isEmpty else { return }
        let request = PlacementRequest(row, replicas: step.surged, movesReplicas: true)
        let plan = plan(request, &change)
        try commit(plan, for: request, isArriving: true, &change, &ids)
        // What was just advanced may count as down now.
        let down = observedReplicas(of: row).count { !$0.isAvailable }
        let spare = min(step.spare, max(0, row.spec.strategy.maxUnavailable - down))
        let inPlace = plan.unplaced.prefix(spare).map(\.replicaNumber)
        guard let first = plan.unplaced.first, !inPlace.isEmpty else { return }
        let violations = PlanChecker.violations(ofAdvancing: inPlace, of: row, in: self)
        guard violations.isEmpty else {
            throw Rejection(.internalFault, "distrusted step: \(violations.joined(separator: "; "))")
        }
        for number in inPlace { try advance(number, of: row, &change, &ids) }
        note(
            "replica \(first.replicaNumber) is replaced stop_first: \(first.explanation)", on: row.id, &change
        )
    }

    private mutating func note(_ text: String, on id: DeploymentID, _ change: inout ChangeSet) {
        guard var row = tables.deployments[id], row.rollout.note != text else { return }
        row.rollout.note = text
        put(.deployment(row), &change)
    }

    /// Takes one replica to the declared generation: where it stands if it fits there, else somewhere else unless it
    /// writes to its node, else not at all for now.
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
        guard !row.spec.waitsForItsNode else { return }
        let request = PlacementRequest(row, replicas: [number], movesReplicas: true, explains: false)
        move(plan(request, &change), request, .placementChanged, &change, &ids)
    }

    private mutating func advanceInPlace(
        _ old: AssignmentRow, _ row: DeploymentRow, _ ports: [PortMapping], _ change: inout ChangeSet
    ) throws(Rejection) {
        var new = old
        if !isUnchanged(old, row) { new.sameSince = row.generation }
        new.generation = row.generation
        new.give(ports)
        new.resources = row.spec.container.resources
        new.image = image(after: old, of: row)
        new.configs = configs(of: row.id, at: row.generation, on: old.nodeID)
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
    func portsInPlace(_ old: AssignmentRow, _ row: DeploymentRow) -> [PortMapping]? {
        if case .resolved(let ports)? = fitInPlace(old, row) { ports } else { nil }
    }

    /// The same, or why it cannot stay; nil when its node is gone.
    func fitInPlace(_ old: AssignmentRow, _ row: DeploymentRow) -> PortResolver.Finding? {
        guard let node = tables.nodes[old.nodeID], var usage = tables.usage[old.nodeID] else { return nil }
        usage.remove(old)
        let candidate = Candidate(
            id: node.id, ordinal: node.ordinal, name: node.name, status: status(of: node.id),
            inventory: node.inventory, labels: node.labels, foreignPorts: live[node.id]?.foreignPorts ?? [],
            usage: usage, capabilities: live[node.id]?.capabilities ?? [])
        let refusal =
            configRefusal(of: row.id, at: row.generation, on: node.id, usage: usage)
            ?? NodeFilters.constraintRefusal(of: candidate, for: row.spec)
            ?? NodeFilters.roomRefusal(of: candidate, for: row.spec, deploymentID: row.id)
        if let refusal { return .refused(refusal) }
        let own = Set((old.ports + old.formerPorts).compactMap(\.hostPort))
        let resolver = PortResolver(
            settings: settings, reserved: usage.ports,
            foreignPorts: candidate.foreignPorts.subtracting(own))
        return resolver.resolve(row.spec.servedPorts, keeping: old.ports)
    }
}

extension DeploymentRow {
    /// Why no additional replica is started elsewhere, nor one moved.
    static let writesToItsNode = "the replicas write to folders of their nodes"

    /// Whether additional replicas were declared that an update does without: each would start with an empty folder.
    var forgoesSurge: Bool {
        spec.waitsForItsNode && spec.strategy.kind == .rolling && spec.strategy.maxSurge > 0
    }
}
