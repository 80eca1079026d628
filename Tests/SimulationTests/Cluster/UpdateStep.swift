import Model

/// What happens to one replica, or to all, in the course of an update.
struct UpdateStep: Hashable {
    /// Where an update can stand, in the order in which it comes there.
    enum Stage: Hashable, CaseIterable {
        /// The core has decided that a replica goes to the generation; nothing is stored.
        case decided
        /// It is stored, and nobody was told.
        case stored
        /// The node's document is on its way.
        case sent
        /// The node has started the new container, and nobody knows.
        case switched
        /// The node has said that it serves.
        case reported
        /// What was taken to the generation serves, and the rest waits for its turn.
        case betweenWaves
        /// The update was given up.
        case failed
        /// It was given up, and the generation before it is to come back.
        case rollingBack
        /// A node's document with the generation that goes back is on its way.
        case rollbackSent
    }

    var stage: Stage
    var deployment: DeploymentID
    var generation: UInt64
    /// Which replica; -1 where it is about all.
    var replica: Int

    init(_ stage: Stage, _ deployment: DeploymentID, _ generation: UInt64, replica: Int = -1) {
        self.stage = stage
        self.deployment = deployment
        self.generation = generation
        self.replica = replica
    }

    /// The same at another stage.
    func after(_ stage: Stage) -> UpdateStep {
        UpdateStep(stage, deployment, generation, replica: replica)
    }
}
