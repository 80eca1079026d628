import Model

/// A config is part of what a replica is: a change of it is a new generation of every deployment concerned, and goes
/// through its strategy. A generation keeps the versions it was made with until one of *these* configs changes, so
/// that going back restores them, and an unrelated declaration does not undo it.
extension Cluster {
    /// What changes when a config does.
    func revision(changing id: ConfigID) -> ConfigRevision {
        var affected = ConfigRevision(configs: [id])
        for target in (tables.configs.attachments[id] ?? [:]).keys {
            switch target {
            case .deployment(let deployment): affected.deployments.insert(deployment)
            case .node(let node): affected.forced.formUnion(deployments(on: node))
            }
        }
        return affected
    }

    /// The deployments with a replica in a node's document.
    func deployments(on id: NodeID) -> Set<DeploymentID> {
        guard let usage = tables.usage[id] else { return [] }
        let awaiting = usage.awaiting.compactMap { usage.retiring[$0]?.deploymentID }
        return Set(usage.replicas.keys).union(awaiting)
    }

    /// Gives every deployment concerned a new generation, and lets each take its first step.
    mutating func revise(
        _ affected: ConfigRevision, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) {
        for id in affected.deployments.union(affected.forced).sorted()
        where beginRevision(of: id, affected, &change) {
            settleOrDrop(id, &change, &ids)
        }
    }

    /// Makes a generation with today's versions of the configs concerned; false when it would be the same.
    mutating func beginRevision(
        of id: DeploymentID, _ affected: ConfigRevision, _ change: inout ChangeSet
    ) -> Bool {
        guard var row = tables.deployments[id], row.deletedAt == nil,
            var revision = tables.revisions[id]?[row.generation]
        else { return false }
        let attached = tables.configs.newest(of: .deployment(id)).filter {
            affected.configs.contains($0.configID)
        }
        let kept = revision.configs.filter { !affected.configs.contains($0.configID) }
        let next = tables.configs.sorted(kept + attached)
        guard next != revision.configs || affected.forced.contains(id) else { return false }
        if change.isNew(.revision(id, row.generation)) {
            revision.configs = next
            put(.revision(revision), &change)
            return true
        }
        let former = row.generation
        beginGeneration(&row, &change)
        putRevision(of: row, after: former, cause: .configured, &change)
        if var revision = tables.revisions[id]?[row.generation] {
            revision.configs = next
            put(.revision(revision), &change)
        }
        change.events.append(.deploymentUpdated(id, generation: row.generation))
        return true
    }

    /// What a replica of a generation gets on a node: the node's configs, then the deployment's.
    ///
    /// A config that both have counts as the deployment's.
    func configs(of id: DeploymentID, at generation: UInt64, on nodeID: NodeID) -> [ConfigReference] {
        configs(tables.revisions[id]?[generation]?.configs ?? [], on: nodeID)
    }

    /// A generation's versions and those a node has of its own; the generation's win, last.
    func configs(_ own: [ConfigReference], on nodeID: NodeID) -> [ConfigReference] {
        let shared = tables.configs.newest(of: .node(nodeID))
        guard !shared.isEmpty else { return own }
        let ids = Set(own.map(\.configID))
        return shared.filter { !ids.contains($0.configID) } + own
    }

    /// Forgets a version that is not the newest and that nothing names.
    mutating func pruneConfigVersion(_ reference: ConfigReference, _ change: inout ChangeSet) {
        guard tables.configs.uses[reference] == nil,
            tables.configs.rows[reference.configID]?.version != reference.version
        else { return }
        delete(.configVersion(reference), &change)
    }

    /// Forgets versions that what this command changed was the last to name.
    mutating func pruneConfigVersions(_ change: inout ChangeSet) {
        guard !tables.configs.versions.isEmpty else { return }
        for entry in change.entries {
            switch entry.original {
            case .revision(let row): for former in row.configs { pruneConfigVersion(former, &change) }
            case .assignment(let row): for former in row.configs { pruneConfigVersion(former, &change) }
            default: break
            }
        }
    }
}
