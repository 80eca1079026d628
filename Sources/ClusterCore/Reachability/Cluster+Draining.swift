public import Model

extension Cluster {
    /// Lets replicas leave draining nodes, of each deployment as many at once as its updates may take down.
    ///
    /// Where the strategy allows additional replicas, the replacement of one that serves comes first.
    mutating func drainNodes(_ change: inout ChangeSet, _ ids: inout some IDSource) {
        reviewReplacements(&change)
        guard !tables.draining.isEmpty else { return }
        for (id, leaving) in leavingReplicas().sorted(by: { $0.key < $1.key }) {
            guard let row = tables.deployments[id] else { continue }
            let step = drainStep(row, leaving)
            bringReplacements(for: step.replacedFirst, of: row, &change, &ids)
            guard !step.moved.isEmpty else { continue }
            if row.spec.mode == .perNode {
                for assignment in step.moved { retire(assignment.id, .drained, &change) }
                continue
            }
            let request = PlacementRequest(
                id, target(of: row), replicas: step.moved.map(\.replicaNumber).sorted(), movesReplicas: true,
                explains: false)
            move(plan(request, &change), request, .drained, &change, &ids)
        }
    }

    /// How far a drain has come, and what keeps the rest; nil for unknown nodes.
    public func drain(of id: NodeID) -> DrainView? {
        guard let node = tables.nodes[id], node.tombstone == nil else { return nil }
        let remaining = (tables.usage[id]?.current ?? [:]).values.sorted {
            ($0.deploymentID, $0.replicaNumber) < ($1.deploymentID, $1.replicaNumber)
        }
        .map { row in
            DrainView.Remaining(
                deploymentID: row.deploymentID,
                deploymentName: tables.deployments[row.deploymentID]?.spec.name ?? "",
                replicaNumber: row.replicaNumber, reason: reasonToStay(row, node))
        }
        return DrainView(
            nodeID: id, availability: node.availability, remaining: remaining,
            retiringCount: tables.usage[id]?.retiring.count ?? 0)
    }

    /// Current replicas on draining nodes that are heard from; what is lost moves as lost.
    private func leavingReplicas() -> [DeploymentID: [AssignmentRow]] {
        var leaving: [DeploymentID: [AssignmentRow]] = [:]
        for nodeID in tables.draining where status(of: nodeID) != .unknown {
            for row in tables.usage[nodeID]?.current.values ?? [:].values where row.isCurrent {
                guard tables.placements[row.deploymentID]?.arriving[row.replicaNumber] == nil else {
                    continue
                }
                leaving[row.deploymentID, default: []].append(row)
            }
        }
        return leaving
    }

    /// The replicas that may leave now: those that do not serve, and as many others as may be down; where replacements
    /// come first, as many others as there may be additional ones.
    private func drainStep(
        _ row: DeploymentRow, _ leaving: [AssignmentRow]
    ) -> (moved: [AssignmentRow], replacedFirst: [AssignmentRow]) {
        let known = leaving.filter { canJudge($0) }.sorted { $0.replicaNumber < $1.replicaNumber }
        guard row.spec.desiredState == .running else { return (known, []) }
        let serving = known.filter { isReady($0) }
        let down = known.filter { !isReady($0) }
        guard replacesFirst(row) else { return (down + serving.prefix(drainAllowance(of: row)), []) }
        return (down, Array(serving.prefix(surgeAllowance(of: row))))
    }

    /// How many serving replicas may be taken down now.
    private func drainAllowance(of row: DeploymentRow) -> Int {
        let unavailable = observedReplicas(of: row).count { !$0.isAvailable || !$0.isReachable }
        let strategy = row.spec.strategy
        let most = strategy.maxSurge > 0 ? strategy.maxUnavailable : max(1, strategy.maxUnavailable)
        return max(0, most - unavailable)
    }

    /// Whether what the node says, or does not say, of a placement can be believed.
    private func canJudge(_ row: AssignmentRow) -> Bool {
        guard let life = live[row.nodeID], life.hasFullReport else { return false }
        guard life.status == .ready || life.status == .error else { return false }
        return life.instances[row.id]?.state != .unknown
    }

    /// What a replica waits for that might leave if fewer others were down.
    private func reasonToWait(_ row: DeploymentRow) -> String {
        let down = observedReplicas(of: row).filter { !$0.isAvailable || !$0.isReachable }
        let most = row.spec.strategy.maxUnavailable
        let others = down.prefix(3).map { replica in
            let id = tables.placements[row.id]?.current[replica.number]
            let node = id.flatMap { tables.assignments[$0]?.nodeID }.flatMap { tables.nodes[$0]?.name }
            return "\(replica.number)\(node.map { " on node \($0)" } ?? "")"
        }
        let more = down.count > others.count ? " and \(down.count - others.count) more" : ""
        let wait =
            others.isEmpty
            ? "none may be down (max_unavailable \(most))"
            : "waits for replica \(others.joined(separator: ", "))\(more) to be healthy: at most \(most) may be down"
        switch row.rollout.phase {
        case .progressing where row.rollout.isPaused:
            return "\(wait); the update to generation \(row.generation) is paused"
        case .progressing: return "\(wait); the update to generation \(row.generation) is under way"
        case .failed:
            return "\(wait); the update to generation \(row.generation) failed: "
                + "declare anew, roll back or resume"
        case .complete: return wait
        }
    }

    private func reasonToStay(_ row: AssignmentRow, _ node: NodeRow) -> String {
        guard node.availability == .draining else { return "the node is not being drained" }
        guard let deployment = tables.deployments[row.deploymentID] else { return "its deployment is gone" }
        guard canJudge(row) else { return "the node is \(status(of: node.id).rawValue)" }
        if let reason = reasonToAwait(row, deployment) { return reason }
        if deployment.spec.desiredState == .running, isReady(row), !replacesFirst(deployment),
            drainAllowance(of: deployment) == 0
        {
            return reasonToWait(deployment)
        }
        guard deployment.spec.mode == .replicated else { return "leaves next" }
        let request = PlacementRequest(
            deployment.id, target(of: deployment), replicas: [row.replicaNumber], movesReplicas: true)
        var scheduler = Scheduler(self)
        return scheduler.place(request).unplaced.first?.explanation ?? "moves next"
    }
}
