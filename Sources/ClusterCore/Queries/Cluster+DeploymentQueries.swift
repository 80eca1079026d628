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
        return DeploymentView(
            row: row, status: status(of: row, current), replicasReady: current.count(where: \.isReady),
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
        guard let life = live[row.nodeID], life.status != .unreachable, let said = life.instances[row.id]
        else {
            return false
        }
        return said.isServing && said.generation >= row.sameSince
    }

    func instanceView(_ row: AssignmentRow) -> InstanceView {
        let life = live[row.nodeID]
        let said = life?.instances[row.id]
        let ports = portsWithEndpoints(row)
        let endpoints = ports.compactMap(\.endpoint)
        let (state, reason) = stateAndReason(row, life, said)
        return InstanceView(
            deploymentID: row.deploymentID, replicaNumber: row.replicaNumber, assignmentID: row.id,
            nodeID: row.nodeID, nodeName: tables.nodes[row.nodeID]?.name, generation: row.generation,
            reportedGeneration: said?.generation, state: state, reason: reason, isReady: isReady(row),
            isRetiring: !row.isWanted, containerID: said?.containerID, restartCount: said?.restartCount ?? 0,
            ports: ports, endpoints: endpoints.isEmpty ? said?.endpoints ?? [] : endpoints,
            lastUpdated: said?.lastUpdated, health: life?.status == .unreachable ? nil : said?.health)
    }

    private func stateAndReason(
        _ row: AssignmentRow, _ life: NodeLife?, _ said: InstanceReport?
    ) -> (InstanceState, String?) {
        guard let life else { return (.unknown, "the node has not reported since the control plane started") }
        if life.status == .unreachable {
            return (.unknown, "the node was last heard from at \(life.lastSeen.wall)")
        }
        guard let said else { return (.pending, "the node has not taken it up yet") }
        return (said.state, said.message)
    }

    private func status(of row: DeploymentRow, _ current: [InstanceView]) -> DeploymentStatus {
        if row.spec.desiredState == .stopped {
            return current.allSatisfy { $0.state == .stopped } ? .stopped : .deploying
        }
        if row.rollout.phase == .failed || current.contains(where: { $0.state == .failed }) { return .failed }
        if current.count < desiredReplicas(of: row) { return .pending }
        return current.allSatisfy { $0.isReady && $0.generation == row.generation } ? .running : .deploying
    }

    private func fate(ofLost row: DeploymentRow) -> String {
        if row.spec.waitsForItsNode { return "they wait for them" }
        return brake.isEngaged ? "too many nodes are missing to move them" : "they move when there is room"
    }

    private func conditions(
        of row: DeploymentRow, _ current: [InstanceView], _ unplaced: [UnplacedReplica]
    ) -> [Condition] {
        var conditions: [Condition] = []
        if let first = unplaced.first {
            conditions.append(
                Condition(
                    type: "unplaced",
                    message: "\(unplaced.count) replicas have no place: \(first.explanation)"))
        }
        let lost = current.count { live[$0.nodeID]?.status == .unreachable }
        if lost > 0 {
            conditions.append(
                Condition(
                    type: "node_unreachable",
                    message: "\(lost) replicas are on lost nodes; \(fate(ofLost: row))"))
        }
        if lost > 0, row.spec.waitsForItsNode {
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
                    message: "\(unheard) replicas are on nodes that have not reported since the start"))
        }
        return conditions + rolloutConditions(of: row)
    }
}
