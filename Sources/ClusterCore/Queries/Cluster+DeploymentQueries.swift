public import Model

extension Cluster {
    /// The live deployment with a name.
    public func deploymentID(named name: String) -> DeploymentID? { tables.deploymentNames[name] }

    /// A live deployment's stored part.
    public func deploymentRow(_ id: DeploymentID) -> DeploymentRow? {
        guard let row = tables.deployments[id], row.deletedAt == nil else { return nil }
        return row
    }

    /// A deployment's name; deleted ones included, while they are remembered.
    public func deploymentName(_ id: DeploymentID) -> String? { tables.deployments[id]?.spec.name }

    /// The live deployments' stored parts, oldest first, ties by id.
    public func deploymentRows() -> [DeploymentRow] {
        tables.deployments.values.filter { $0.deletedAt == nil }
            .sorted { ($0.createdAt.milliseconds, $0.id) < ($1.createdAt.milliseconds, $1.id) }
    }

    /// The kept generations of a deployment, newest first.
    public func revisions(of id: DeploymentID) -> [RevisionRow] {
        (tables.revisions[id] ?? [:]).values.sorted { $0.generation > $1.generation }
    }

    /// What is said of a deployment; reasons for missing replicas are worked out only when asked for.
    public func deployment(_ id: DeploymentID, explaining: Bool = true) -> DeploymentView? {
        guard let row = deploymentRow(id) else { return nil }
        let current = sortedCurrent(of: id).compactMap { tables.assignments[$0.value] }.map {
            instanceView($0)
        }
        let retiring = (tables.placements[id]?.retiring ?? []).sorted().compactMap { tables.assignments[$0] }
            .map { instanceView($0) }
        let unplaced = explaining ? explainUnplaced(id) : []
        var counts = ReplicaCounts()
        for instance in current {
            counts.add(
                instance.state, isReady: instance.isReady, isDeclared: instance.generation == row.generation)
        }
        return DeploymentView(
            row: row, status: status(of: row, counts), replicasReady: counts.ready,
            replicasDesired: desiredReplicas(of: row),
            replicasUpdated: current.count { $0.generation == row.generation }, instances: current,
            retiring: retiring, unplaced: unplaced, rollout: rolloutView(of: row),
            conditions: conditions(of: row, current, unplaced) + (explaining ? heldUpdate(of: row) : []))
    }

    /// What is said of one placement; nil when there is none.
    public func instance(_ id: AssignmentID) -> InstanceView? {
        tables.assignments[id].map { instanceView($0) }
    }

    /// Whether a replica serves: it runs, and its probes pass, at its generation on a node that is heard from.
    func isReady(_ row: AssignmentRow) -> Bool {
        let life = live[row.nodeID]
        return isReady(row, life, life?.instances[row.id])
    }

    /// The same, for those who have looked its node up.
    func isReady(_ row: AssignmentRow, _ life: NodeLife?, _ said: InstanceReport?) -> Bool {
        guard let life, life.status != .unreachable, let said else { return false }
        return said.isServing && said.generation >= row.sameSince
    }

    func instanceView(_ row: AssignmentRow) -> InstanceView {
        let life = live[row.nodeID]
        let said = life?.instances[row.id]
        let ports = portsWithEndpoints(row)
        let endpoints = ports.compactMap(\.endpoint)
        return InstanceView(
            deploymentID: row.deploymentID, replicaNumber: row.replicaNumber, assignmentID: row.id,
            nodeID: row.nodeID, nodeName: tables.nodes[row.nodeID]?.name, generation: row.generation,
            reportedGeneration: said?.generation, state: state(of: row, life, said),
            reason: reason(life, said), isReady: isReady(row, life, said),
            isRetiring: !row.isWanted, containerID: said?.containerID, restartCount: said?.restartCount ?? 0,
            ports: ports, endpoints: endpoints.isEmpty ? said?.endpoints ?? [] : endpoints,
            lastUpdated: said?.lastUpdated, health: life?.status == .unreachable ? nil : said?.health)
    }

    /// What a replica does, as far as it is known.
    func state(of row: AssignmentRow, _ life: NodeLife?, _ said: InstanceReport?) -> InstanceState {
        guard let life, life.status != .unreachable else { return .unknown }
        return said?.state ?? .pending
    }

    /// Why a replica is in its state.
    private func reason(_ life: NodeLife?, _ said: InstanceReport?) -> String? {
        guard let life else { return "the node has not reported since the control plane started" }
        if life.status == .unreachable { return "the node was last heard from at \(life.lastSeen.wall)" }
        guard let said else { return "the node has not taken it up yet" }
        return said.message
    }

    /// What becomes of a deployment's replicas on lost nodes.
    private func fate(ofLost row: DeploymentRow, on nodes: [NodeLife]) -> String {
        if row.spec.mode == .perNode { return "each belongs to its node" }
        if row.spec.waitsForItsNode { return "they wait for them" }
        guard settings.rescheduleOnUnreachable else {
            return "they wait for them, since replicas of lost nodes are not moved here"
        }
        let leavable = nodes.filter { !$0.isIncompatible }
        guard !leavable.isEmpty else {
            return "they wait for them: agents outside the window would keep what is moved"
        }
        if brake.isEngaged { return "too many nodes are missing to move them" }
        if let patience = row.spec.disconnect?.lostAfterSecs,
            leavable.allSatisfy({
                lastNow.milliseconds(since: $0.lastSeen.monotonic) <= Int64(patience) * 1000
            })
        {
            return "they move when their nodes have been silent for \(patience) s"
        }
        return "they move when there is room"
    }

    /// Whether a replica cannot start for a port that another program holds, and its node has none to give instead.
    private func lacksItsPort(_ view: InstanceView) -> Bool {
        guard view.state != .running, let row = tables.assignments[view.assignmentID],
            let life = live[view.nodeID]
        else { return false }
        return isKeptFromItsPort(row, life)
    }

    private func conditions(
        of row: DeploymentRow, _ current: [InstanceView], _ unplaced: [UnplacedReplica]
    ) -> [Condition] {
        var conditions: [Condition] = []
        if let first = unplaced.first {
            conditions.append(
                Condition(
                    type: "unplaced",
                    message: "\(Phrase.replicas(unplaced.count)) without a place: \(first.explanation)"))
        }
        let lives = current.compactMap { live[$0.nodeID] }.filter { $0.status == .unreachable }
        let lost = lives.count
        if lost > 0 {
            conditions.append(
                Condition(
                    type: "node_unreachable",
                    message: "\(Phrase.replicas(lost)) on lost nodes; \(fate(ofLost: row, on: lives))"))
        }
        if row.spec.waitsForItsNode, lost > 0 || current.contains(where: lacksItsPort) {
            conditions.append(
                Condition(
                    type: "waiting_for_node",
                    message: "volume: the replicas write to folders of their nodes, so they are not moved; "
                        + "disconnect.lost_after_secs says after how long they may be"))
        }
        let unheard = current.count { live[$0.nodeID] == nil }
        if unheard > 0 {
            conditions.append(
                Condition(
                    type: "node_unknown",
                    message: "\(Phrase.replicas(unheard)) on nodes that have not reported since the start"))
        }
        return conditions + rolloutConditions(of: row)
    }
}
