import Model

extension Cluster {
    /// Gives replicas another port or place whose chosen host port turned out to be taken by another program.
    ///
    /// Only ports that the declaration left open are chosen anew, and only when the agent says that a start failed
    /// for it.
    mutating func leaveTakenPorts(_ change: inout ChangeSet, _ ids: inout some IDSource) {
        var stuck: [DeploymentID: [Int]] = [:]
        for (nodeID, life) in live where life.status == .ready && !life.foreignPorts.isEmpty {
            for row in tables.usage[nodeID]?.current.values ?? [:].values where isKeptFromItsPort(row, life) {
                stuck[row.deploymentID, default: []].append(row.replicaNumber)
            }
        }
        for (id, replicas) in stuck.sorted(by: { $0.key < $1.key }) {
            guard let row = tables.deployments[id] else { continue }
            let request = PlacementRequest(
                id, target(of: row), replicas: replicas.sorted(), movesReplicas: true, explains: false)
            move(plan(request, &change), request, .portTaken, &change, &ids)
        }
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
