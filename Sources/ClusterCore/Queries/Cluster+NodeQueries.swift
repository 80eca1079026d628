public import Model

extension Cluster {
    /// The history this cluster writes.
    public var epoch: Epoch { tables.meta.epoch }

    /// The node with a name.
    public func nodeID(named name: String) -> NodeID? { tables.nodeNames[name] }

    /// A node's stored part; deleted ones included, while they are remembered.
    public func nodeRow(_ id: NodeID) -> NodeRow? { tables.nodes[id] }

    /// A node's credentials.
    public func tokens(of id: NodeID) -> [TokenRow] {
        (tables.tokensOfNode[id] ?? []).compactMap { token in
            var row = tables.tokens[token]
            if let used = tokenUses[token] { row?.lastUsed = used }
            return row
        }.sorted { $0.id < $1.id }
    }

    /// What is thought of a node.
    public func status(of id: NodeID) -> NodeStatus {
        if let status = live[id]?.status { return status }
        return tables.nodesSeen[id] == nil && tables.usage[id] == nil ? .registering : .unknown
    }

    /// How many live nodes there are of each status.
    public func nodeCounts() -> [NodeStatus: Int] {
        var counts: [NodeStatus: Int] = [:]
        for row in tables.nodes.values where row.tombstone == nil {
            counts[status(of: row.id), default: 0] += 1
        }
        return counts
    }

    /// What is said of a node; nil for unknown and deleted ones.
    public func node(_ id: NodeID) -> NodeView? {
        guard let row = tables.nodes[id], row.tombstone == nil else { return nil }
        return view(of: row)
    }

    /// What is said of every node, in the order they registered.
    public func nodes() -> [NodeView] {
        tables.nodes.values.filter { $0.tombstone == nil }.sorted { $0.ordinal < $1.ordinal }.map(view)
    }

    /// Every replica of a node, retiring ones last, by deployment and number.
    public func instances(on id: NodeID) -> [InstanceView] {
        rows(on: id).sorted(by: Self.isListedBefore).map { instanceView($0) }
    }

    /// A node's newest revision; nil for unknown and deleted ones.
    ///
    /// Cheap enough for every poll.
    public func headRevision(of id: NodeID) -> UInt64? {
        guard let row = tables.nodes[id], row.tombstone == nil else { return nil }
        return row.revision
    }

    /// What a node shall run; nil for unknown and deleted ones, for those that wait for a confirmation, and for those
    /// that have not reported to this process.
    public func document(for id: NodeID) -> NodeDocument? {
        guard let row = tables.nodes[id], row.tombstone == nil, !isHeld(row), !awaitsReport(id) else {
            return nil
        }
        return draft(of: row)
    }

    /// A node's document, whether it may have it or not.
    func draft(of row: NodeRow) -> NodeDocument {
        let usage = tables.usage[row.id] ?? NodeUsage()
        let assignments = usage.documentedRows
        let accepted = row.acceptedEpoch.map { tables.meta.accepts.contains($0) ? [] : [$0] } ?? []
        let replicas = assignments.sorted(by: Self.isWrittenBefore).compactMap(desiredReplica)
        return NodeDocument(
            epoch: tables.meta.epoch, revision: row.revision, accepts: tables.meta.accepts + accepted,
            emptiedBy: assignments.isEmpty ? row.emptiedBy : nil,
            replicas: replicas,
            configs: usage.configs.keys.sorted().compactMap { tables.configs.versions[$0] },
            credentials: credentials(for: replicas))
    }

    /// The order of a document: without the phase, which may change while the document does not.
    private static func isWrittenBefore(_ left: AssignmentRow, _ right: AssignmentRow) -> Bool {
        (left.deploymentID, left.replicaNumber, left.id) < (right.deploymentID, right.replicaNumber, right.id)
    }

    /// Every placement of a node, current and retiring.
    func rows(on id: NodeID) -> [AssignmentRow] {
        guard let usage = tables.usage[id] else { return [] }
        return (Array(usage.current.values) + usage.retiring.values).sorted { $0.id < $1.id }
    }

    /// The ports of a placement with the endpoint clients use, where they are exposed.
    func portsWithEndpoints(_ row: AssignmentRow) -> [PortMapping] {
        guard row.ports.contains(where: \.expose) else { return row.ports }
        let inventory = tables.nodes[row.nodeID]?.inventory
        return row.ports.map { port in
            var shown = port
            let host =
                PortTable.canonicalAddress(port.hostIP) ?? inventory?.publicHost ?? inventory?.publicIP
                ?? settings.publicHost
            if port.expose, let host, let number = port.hostPort {
                shown.endpoint =
                    host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(number)" : "\(host):\(number)"
            }
            return shown
        }
    }

    private func view(of row: NodeRow) -> NodeView {
        let life = live[row.id]
        let usage = tables.usage[row.id]
        var conditions = life?.conditions ?? []
        if isHeld(row) {
            let words = row.claimedRevision.map {
                "its agent acts on a revision \($0) that this database has never told it"
            }
            conditions.append(
                Condition(
                    type: "history_lost",
                    message: (words ?? "the node acts in another history of this cluster")
                        + "; it gets no document before an operator confirms"))
        }
        if life?.isIncompatible == true {
            conditions.append(
                Condition(
                    type: "incompatible_agent",
                    message: "its agent's version is outside the window; it keeps what it has"))
        }
        return NodeView(
            row: row, status: status(of: row.id),
            lastSeen: life?.lastSeen.wall ?? tables.nodesSeen[row.id]?.lastSeen, conditions: conditions,
            agentVersion: life?.agentVersion, applied: life?.applied,
            committed: Capacity(cpuMillis: usage?.cpuMillis ?? 0, memoryBytes: usage?.memoryBytes ?? 0),
            replicaCount: usage?.current.count ?? 0, retiringCount: usage?.retiring.count ?? 0)
    }

    private func desiredReplica(_ row: AssignmentRow) -> DesiredReplica? {
        guard let deployment = tables.deployments[row.deploymentID],
            let revision = tables.revisions[row.deploymentID]?[row.generation]
        else { return nil }
        return DesiredReplica(
            assignmentID: row.id, deploymentID: row.deploymentID, name: deployment.spec.name,
            replicaNumber: row.replicaNumber, generation: row.generation, restartNonce: revision.restartNonce,
            desiredState: isHalted(row, of: deployment) ? .stopped : deployment.spec.desiredState,
            strategy: strategyForAgents(deployment.spec.strategy),
            ports: portsWithEndpoints(row),
            container: container(of: row, revision), configs: row.configs)
    }

    /// A deployment that is recreated never has old and new side by side.
    ///
    /// Nor has a node whose replica is replaced where it stands although another one was to come first: there was no
    /// room for that. A replica that came first somewhere else has no old container, so that the order says nothing.
    private func strategyForAgents(_ strategy: RolloutStrategy) -> RolloutStrategy {
        var told = strategy
        if told.kind == .recreate || told.maxSurge > 0 { told.order = .stopFirst }
        return told
    }

    private static func isListedBefore(_ left: AssignmentRow, _ right: AssignmentRow) -> Bool {
        if left.isCurrent != right.isCurrent { return left.isCurrent }
        if left.deploymentID != right.deploymentID { return left.deploymentID < right.deploymentID }
        if left.replicaNumber != right.replicaNumber { return left.replicaNumber < right.replicaNumber }
        return left.id < right.id
    }
}
