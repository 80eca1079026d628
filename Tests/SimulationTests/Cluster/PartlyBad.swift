import Model

@testable import ClusterCore

/// Counts what became of updates to the image that works on every other node.
enum PartlyBad {
    static func count(
        _ id: DeploymentID, _ generation: UInt64, _ phase: RolloutState.Phase,
        _ controlPlane: ControlPlaneModel
    ) {
        guard let core = controlPlane.core, let row = core.deploymentRow(id),
            let revision = core.tables.revisions[id]?[generation],
            revision.spec.container.image == Image.partly, revision.restoredFrom == nil,
            row.rollout.lastGood != nil, generation > 1
        else { return }
        switch phase {
        case .progressing: break
        case .complete: controlPlane.world.tally.count(.partlyComplete)
        case .failed:
            // On the others it runs for a moment at most.
            let cameThrough = core.deployment(id)?.instances.contains {
                $0.state == .running && $0.reportedGeneration == generation
                    && controlPlane.inspector.engines[$0.nodeID]?.number.isMultiple(of: 2) == true
            }
            guard cameThrough == true else { return }
            controlPlane.world.tally.count(row.rollout.rollback == nil ? .partlyLeft : .partlyRolledBack)
        }
    }
}
