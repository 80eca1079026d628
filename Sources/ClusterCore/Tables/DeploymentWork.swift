import Model

/// What a live declaration says of work, in a few words: asked for with every placement that changes.
struct DeploymentFacts: Hashable, Sendable {
    let generation: UInt64
    let replicas: Int
    let isPerNode: Bool
    let isComplete: Bool

    init(_ row: DeploymentRow) {
        generation = row.generation
        replicas = row.spec.replicas
        isPerNode = row.spec.mode == .perNode
        isComplete = row.rollout.phase == .complete
    }
}

/// In which of the tables' indexes of work a deployment stands.
struct DeploymentWork: Hashable, Sendable {
    /// Whether it has no placement at all.
    var isEmpty = true
    var isPending = false
    var isOutdated = false
    var isUnfinished = false
    var isSurging = false
    var isPerNode = false

    /// Whether the same indexes name it.
    func isListed(like other: DeploymentWork) -> Bool {
        isPending == other.isPending && isOutdated == other.isOutdated && isUnfinished == other.isUnfinished
            && isSurging == other.isSurging && isPerNode == other.isPerNode
    }
}
