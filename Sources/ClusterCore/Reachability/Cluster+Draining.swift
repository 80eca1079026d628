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
        var scheduler = Scheduler(self)
        return drain(of: id, planning: &scheduler)
    }

    /// The same; what could leave is planned once for each deployment.
    func drain(of id: NodeID, planning scheduler: inout Scheduler) -> DrainView? {
        guard let node = tables.nodes[id], node.tombstone == nil else { return nil }
        let rows = (tables.usage[id]?.current ?? [:]).values.sorted {
            ($0.deploymentID, $0.replicaNumber) < ($1.deploymentID, $1.replicaNumber)
        }
        var reasons: [AssignmentID: String] = [:]
        if node.availability == .draining {
            for (deployment, leaving) in Dictionary(grouping: rows, by: \.deploymentID) {
                reasons.merge(reasonsToStay(leaving, of: deployment, &scheduler)) { $1 }
            }
        }
        let remaining = rows.map { row in
            DrainView.Remaining(
                deploymentID: row.deploymentID,
                deploymentName: tables.deployments[row.deploymentID]?.spec.name ?? "",
                replicaNumber: row.replicaNumber,
                reason: reasons[row.id] ?? "the node is not being drained")
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

    /// What keeps replicas of one deployment on a draining node.
    private func reasonsToStay(
        _ rows: [AssignmentRow], of id: DeploymentID, _ scheduler: inout Scheduler
    ) -> [AssignmentID: String] {
        var reasons: [AssignmentID: String] = [:]
        guard let deployment = tables.deployments[id] else {
            for row in rows { reasons[row.id] = "its deployment is gone" }
            return reasons
        }
        let mustWait =
            deployment.spec.desiredState == .running && !replacesFirst(deployment)
            && drainAllowance(of: deployment) == 0
        let wait = mustWait ? reasonToWait(deployment) : nil
        var next: [AssignmentRow] = []
        for row in rows {
            if !canJudge(row) {
                reasons[row.id] = "the node is \(status(of: row.nodeID).rawValue)"
            } else if let reason = reasonToAwait(row, deployment) {
                reasons[row.id] = reason
            } else if let wait, isReady(row) {
                reasons[row.id] = wait
            } else {
                next.append(row)
            }
        }
        return reasons.merging(reasonsToGo(next, of: deployment, &scheduler)) { $1 }
    }

    /// What keeps replicas that may leave: whether there is a place for each, found by one plan.
    private func reasonsToGo(
        _ rows: [AssignmentRow], of deployment: DeploymentRow, _ scheduler: inout Scheduler
    ) -> [AssignmentID: String] {
        guard deployment.spec.mode == .replicated, !rows.isEmpty else {
            return Dictionary(rows.map { ($0.id, "leaves next") }, uniquingKeysWith: { $1 })
        }
        let request = PlacementRequest(
            deployment.id, target(of: deployment), replicas: Set(rows.map(\.replicaNumber)).sorted(),
            movesReplicas: true)
        let unplaced = scheduler.place(request).unplaced
        // Every replica of a request is refused for the same reasons.
        let explanation = unplaced.first?.explanation ?? ""
        let numbers = Set(unplaced.map(\.replicaNumber))
        return Dictionary(
            rows.map { ($0.id, numbers.contains($0.replicaNumber) ? explanation : "moves next") },
            uniquingKeysWith: { $1 })
    }
}
