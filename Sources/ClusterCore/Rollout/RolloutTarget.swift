import Model

/// What a replica without a place shall run: the declared generation, or, while an update is held up, the one
/// before it.
struct RolloutTarget: Sendable {
    /// The generation.
    let generation: UInt64
    /// Its declaration, with today's name, number of replicas, state and strategy.
    let spec: DeploymentSpec
}

extension DeploymentSpec {
    /// What a replica is: without what does not make a new generation.
    var revisionPart: DeploymentSpec {
        restored(under: DeploymentSpec(name: "", container: container, replicas: 0))
    }

    /// This declaration of what a replica is, under today's name, number of replicas, state and strategy.
    func restored(under today: DeploymentSpec) -> DeploymentSpec {
        var spec = self
        spec.name = today.name
        spec.replicas = today.replicas
        spec.desiredState = today.desiredState
        spec.strategy = today.strategy
        spec.mode = today.mode
        spec.disconnect = today.disconnect
        return spec
    }
}

extension Cluster {
    /// What a replica of a deployment that has no place now shall run.
    ///
    /// An update that is paused or failed is not spread by losses, moves or scaling.
    func target(of row: DeploymentRow) -> RolloutTarget {
        guard !row.rollout.isMoving, row.rollout.phase != .complete, let good = row.rollout.lastGood,
            let revision = tables.revisions[row.id]?[good]
        else { return RolloutTarget(generation: row.generation, spec: row.spec) }
        return RolloutTarget(generation: good, spec: revision.spec.restored(under: row.spec))
    }
}
