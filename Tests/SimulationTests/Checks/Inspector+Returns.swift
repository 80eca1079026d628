import Model
import NodeCore

@testable import ClusterCore

/// Nodes that are lost and come back: who waits how long, and which of two replicas stays.
extension Inspector {
    /// Milliseconds in which an end may not have come to its agent's ears yet.
    private static let lateNews: Int64 = 10_000

    /// Whether a node was not heard from for as long as its replica was to wait; one that has not reported to this
    /// process yet is given more time.
    func isLost(
        _ row: AssignmentRow, _ reason: AssignmentRow.RetireReason, _ deployment: DeploymentRow?, _ now: Int64
    ) -> Bool {
        guard let deployment, !deployment.spec.waitsForItsNode, deployment.spec.mode == .replicated else {
            return false
        }
        let keepsOriginal = deployment.spec.disconnect?.onReconnect == .keep
        guard (reason == .awaitingReturn) == keepsOriginal else { return false }
        let patience = patience(of: deployment)
        guard isSilent(row.nodeID, now), now - (lastHeard[row.nodeID] ?? loadedAt) > patience else {
            return false
        }
        if patience > ControlPlaneModel.settings.staleMilliseconds { world.tally.count(.patienceRanOut) }
        return true
    }

    private func patience(of deployment: DeploymentRow) -> Int64 {
        Int64(deployment.spec.disconnect?.lostAfterSecs ?? 0) * 1000
    }

    private func isSilent(_ node: NodeID, _ now: Int64) -> Bool {
        let settings = ControlPlaneModel.settings
        if let heard = lastHeard[node] { return now - heard > settings.staleMilliseconds }
        return now - loadedAt > settings.staleMilliseconds + settings.startupGraceMilliseconds
    }

    /// Counts the replicas that are still where they were when a lost node is back, since they were to wait.
    func noticeReturn(of id: NodeID, _ core: Cluster, _ now: Int64) {
        guard lastHeard[id] != nil, isSilent(id, now) else { return }
        for row in core.rows(on: id) where row.isCurrent {
            guard let deployment = core.deploymentRow(row.deploymentID) else { continue }
            if deployment.spec.waitsForItsNode {
                world.tally.count(.waitedForItsNode)
            } else if patience(of: deployment) > ControlPlaneModel.settings.staleMilliseconds {
                world.tally.count(.patiencePaid)
            }
        }
    }

    /// A replaced replica takes its place again, or gives it up for good, only as its declaration and its node say.
    func checkReturn(_ row: AssignmentRow, _ former: AssignmentRow?, _ core: Cluster) {
        guard let former, former.isAwaitingReturn, !row.isAwaitingReturn else { return }
        let returns = mayReturn(former, core)
        if row.isCurrent {
            guard !returns else { return }
            return world.fail("placement \(row.id) took its place again, which it was not to")
        }
        guard returns, !isOvertaken(former, core), !isOutdone(former, core) else { return }
        world.fail("placement \(row.id) was given up although it runs and was to be kept")
    }

    /// Whether a replica makes way for its original, and the original is as it must be for that.
    func isReplacedByOriginal(
        _ row: AssignmentRow, before: [AssignmentID: AssignmentRow], _ core: Cluster
    ) -> Bool {
        guard let id = core.tables.placements[row.deploymentID]?.current[row.replicaNumber],
            let original = before[id], original.isAwaitingReturn, original.generation >= row.generation
        else { return false }
        return mayReturn(original, core) && (servesAsTold(original) || !isUp(row, core))
    }

    /// Whether its node said that it serves at the generation that it was told.
    private func servesAsTold(_ original: AssignmentRow) -> Bool {
        guard let said = lastFull[original.nodeID]?[original.id] else { return false }
        return said.isServing && said.generation >= original.sameSince
    }

    /// Whether its replacement serves, and its node said that it runs an earlier generation or fails a probe.
    private func isOutdone(_ original: AssignmentRow, _ core: Cluster) -> Bool {
        guard let said = lastFull[original.nodeID]?[original.id],
            let replacement = core.tables.placements[original.deploymentID]?.current[original.replicaNumber]
                .flatMap({ core.tables.assignments[$0] }), core.isReady(replacement)
        else { return false }
        let verdicts = [said.health?.startup, said.health?.readiness, said.health?.liveness]
        return said.generation < original.sameSince || verdicts.contains(.failing)
    }

    private func mayReturn(_ original: AssignmentRow, _ core: Cluster) -> Bool {
        guard let deployment = core.deploymentRow(original.deploymentID),
            original.replicaNumber < deployment.spec.replicas,
            deployment.spec.disconnect?.onReconnect == .keep,
            core.nodeRow(original.nodeID)?.availability != .draining
        else { return false }
        return lastFull[original.nodeID]?[original.id]?.state == .running && hasRun(original)
    }

    /// Whether it runs, or ended so lately that its agent may not have said so; one whose successor stands ready is
    /// between two containers.
    private func hasRun(_ row: AssignmentRow) -> Bool {
        guard let engine = engines[row.nodeID] else { return false }
        if !engine.alive(of: row.id).isEmpty { return true }
        let own = engine.containers.values.filter { $0.fact.identity?.assignmentID == row.id }
        let hasEndedLately = own.contains { world.now - ($0.endedAt ?? .min / 2) < Self.lateNews }
        let isChanging =
            own.contains { world.now - ($0.stoppedAt ?? .min / 2) < Self.lateNews }
            && own.contains { $0.fact.state == .created }
        let isRemoved = removals[row.id].map { world.now - $0 < Self.lateNews } ?? false
        return hasEndedLately || isChanging || isRemoved
    }

    /// Whether what replaced it is of a later generation, or an update went past it while it had no replacement.
    private func isOvertaken(_ original: AssignmentRow, _ core: Cluster) -> Bool {
        guard let deployment = core.deploymentRow(original.deploymentID) else { return true }
        let replacement = core.tables.placements[original.deploymentID]?.current[original.replicaNumber]
            .flatMap { core.tables.assignments[$0] }
        if let replacement { return replacement.generation > original.generation }
        return deployment.rollout.phase == .complete && original.generation != deployment.generation
    }
}
