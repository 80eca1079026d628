import Model

extension Cluster {
    /// Gives replicas another port, or where there is none another place, whose chosen host port turned out to be taken
    /// by another program.
    ///
    /// Only ports that the declaration left open are chosen anew, and only when the agent says that a start failed
    /// for it. Where an earlier generation serves meanwhile, the replica stays: moved, it would go first. So does one
    /// that writes to its node.
    mutating func leaveTakenPorts(_ change: inout ChangeSet, _ ids: inout some IDSource) {
        var kept: [AssignmentID] = []
        for (nodeID, life) in live where life.status == .ready && !life.foreignPorts.isEmpty {
            for row in tables.usage[nodeID]?.current.values ?? [:].values where isKeptFromItsPort(row, life) {
                kept.append(row.id)
            }
        }
        var stuck: [DeploymentID: [Int]] = [:]
        for id in kept.sorted() where !exchangePorts(of: id, &change) {
            guard let row = tables.assignments[id], live[row.nodeID]?.instances[id]?.state != .running,
                tables.deployments[row.deploymentID]?.spec.waitsForItsNode == false
            else { continue }
            stuck[row.deploymentID, default: []].append(row.replicaNumber)
        }
        for (id, replicas) in stuck.sorted(by: { $0.key < $1.key }) {
            guard let row = tables.deployments[id] else { continue }
            let request = PlacementRequest(
                id, target(of: row), replicas: replicas.sorted(), movesReplicas: true, explains: false)
            move(plan(request, &change), request, .portTaken, &change, &ids)
        }
    }

    /// Gives a placement that lacks a port others in the same place; what serves keeps its own until then.
    ///
    /// The former one stays reserved: the node may get it meanwhile, and knows of the other only later.
    ///
    /// - Returns: False where there are none.
    private mutating func exchangePorts(of id: AssignmentID, _ change: inout ChangeSet) -> Bool {
        guard let old = tables.assignments[id], let deployment = tables.deployments[old.deploymentID],
            var usage = tables.usage[old.nodeID], let life = live[old.nodeID]
        else { return false }
        let target = target(of: deployment)
        guard target.generation == old.generation else { return false }
        usage.remove(old)
        let resolver = PortResolver(
            settings: settings, reserved: usage.ports, foreignPorts: life.foreignPorts)
        guard case .resolved(let ports) = resolver.resolve(target.spec.servedPorts, keeping: old.ports),
            ports != old.ports
        else { return false }
        var new = old
        new.give(ports)
        new.updatedAt = change.now.wall
        let violations = PlanChecker.violations(ofStaying: new, in: self)
        guard violations.isEmpty else {
            change.events.append(.planRefused(old.deploymentID, violations: violations))
            return false
        }
        put(.assignment(new), &change)
        touch(new.nodeID, &change)
        change.changedDeployments.insert(new.deploymentID)
        return true
    }

    /// Whether a placement waits for a host port that somebody else holds and that need not be this one.
    func isKeptFromItsPort(_ row: AssignmentRow, _ life: NodeLife) -> Bool {
        guard row.isCurrent, row.ports.contains(where: { life.foreignPorts.contains($0.hostPort ?? 0) }),
            let said = life.instances[row.id], said.isPortTaken,
            let deployment = tables.deployments[row.deploymentID], deployment.deletedAt == nil,
            deployment.spec.mode == .replicated, deployment.spec.desiredState == .running
        else { return false }
        let declared = target(of: deployment).spec.servedPorts
        return row.ports.contains { port in
            life.foreignPorts.contains(port.hostPort ?? 0)
                && declared.contains {
                    $0.hostPort == nil && $0.containerPort == port.containerPort
                        && $0.transport == port.transport
                }
        }
    }
}
