import Model

extension ClusterTables {
    /// Builds tables and indexes from stored rows; refuses rows that contradict each other.
    init(loading snapshot: ClusterSnapshot) throws(ClusterLoadFailure) {
        self.init(meta: snapshot.meta)
        for row in snapshot.nodes { replace(.node(row.id), with: .node(row)) }
        for row in snapshot.nodesSeen { replace(.nodeSeen(row.nodeID), with: .nodeSeen(row)) }
        for row in snapshot.tokens {
            guard nodes[row.nodeID] != nil else { throw ClusterLoadFailure("token \(row.id) has no node") }
            replace(.token(row.id), with: .token(row))
        }
        for row in snapshot.deployments {
            if row.deletedAt == nil, deploymentNames[row.spec.name] != nil {
                throw ClusterLoadFailure("two live deployments are named \(row.spec.name)")
            }
            replace(.deployment(row.id), with: .deployment(row))
        }
        for row in snapshot.revisions {
            replace(.revision(row.deploymentID, row.generation), with: .revision(row))
        }
        for row in snapshot.configs { replace(row.key, with: row) }
        for row in snapshot.assignments { try check(row) }
        try insert(snapshot.assignments)
        try checkConfigs()
    }

    /// Whatever is named must be there: a replica that cannot get its configs would be started with less than declared.
    private func checkConfigs() throws(ClusterLoadFailure) {
        for row in configs.rows.values where configs.versions[row.reference] == nil {
            throw ClusterLoadFailure("config \(row.id) has no version \(row.version)")
        }
        for reference in configs.uses.keys where configs.versions[reference] == nil {
            throw ClusterLoadFailure("config \(reference.configID) has lost version \(reference.version)")
        }
    }

    private func check(_ row: AssignmentRow) throws(ClusterLoadFailure) {
        guard nodes[row.nodeID] != nil else { throw ClusterLoadFailure("assignment \(row.id) has no node") }
        guard deployments[row.deploymentID] != nil else {
            throw ClusterLoadFailure("assignment \(row.id) has no deployment")
        }
        if row.isWanted, revisions[row.deploymentID]?[row.generation] == nil {
            throw ClusterLoadFailure("assignment \(row.id) runs an unknown generation \(row.generation)")
        }
    }
}
