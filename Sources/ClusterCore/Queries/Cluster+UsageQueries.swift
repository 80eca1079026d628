public import Model

extension Cluster {
    /// The replicas whose use on a node is counted: those placed there, also while they leave.
    public func usageKeys(on id: NodeID) -> Set<UsageKey> {
        Set(
            rows(on: id).map { row in
                UsageKey(
                    replica: ReplicaKey(deploymentID: row.deploymentID, replicaNumber: row.replicaNumber),
                    nodeID: id)
            })
    }

    /// The replicas of a deployment whose use is counted, wherever they are.
    public func usageKeys(of id: DeploymentID) -> Set<UsageKey> {
        guard let index = tables.placements[id] else { return [] }
        let ids = index.retiring.union(index.current.values).union(index.arriving.values)
        let rows = ids.compactMap { tables.assignments[$0] }
        return Set(
            rows.map { row in
                UsageKey(
                    replica: ReplicaKey(deploymentID: id, replicaNumber: row.replicaNumber),
                    nodeID: row.nodeID)
            })
    }

    /// How many replicas are declared to run, and how many of them serve.
    public func replicaCounts() -> (desired: Int, ready: Int) {
        var counts = (desired: 0, ready: 0)
        for row in tables.deployments.values where row.deletedAt == nil {
            guard row.spec.desiredState == .running else { continue }
            counts.desired += desiredReplicas(of: row)
            for id in tables.placements[row.id]?.current.values ?? [:].values {
                if let assignment = tables.assignments[id], isReady(assignment) { counts.ready += 1 }
            }
        }
        return counts
    }
}
