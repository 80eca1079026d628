import Model

@testable import ClusterCore

/// Counts what became of updates to the image that works on every other node.
enum PartlyBad {
    static func count(
        _ id: DeploymentID, _ generation: UInt64, _ phase: RolloutState.Phase, _ reason: String?,
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
            let isRejected = reason?.utf8.split(separator: UInt8(ascii: " ")).contains { word in
                word.elementsEqual("rejected".utf8)
            }
            let cameThrough = core.deployment(id)?.instances.contains {
                $0.state == .running && $0.reportedGeneration == generation
            }
            guard isRejected == true, cameThrough == true else { return }
            controlPlane.world.tally.count(row.rollout.rollback == nil ? .partlyLeft : .partlyRolledBack)
        }
    }
}
