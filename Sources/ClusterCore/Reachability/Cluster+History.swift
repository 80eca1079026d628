public import Model

extension Cluster {
    /// Takes the document position of an agent.
    ///
    /// One that acts on a document this database has never made proves that the database is older than what was
    /// told once: from then on it writes another history, and no node of the old one gets a document before an
    /// operator has looked.
    mutating func takeHistory(
        _ applied: NodeReport.Applied?, of id: NodeID, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) {
        guard let applied, let row = tables.nodes[id] else { return }
        if applied.epoch == tables.meta.epoch, applied.revision > row.revision {
            change.events.append(.historyLost(id, reported: applied.revision, known: row.revision))
            beginHistory(ids.nextIdentifier(), &change)
        }
        guard applied.epoch != row.epoch, var moved = tables.nodes[id] else { return }
        moved.epoch = applied.epoch
        if applied.epoch == tables.meta.epoch { moved.acceptedEpoch = nil }
        put(.node(moved), &change)
        change.changedNodes.insert(id)
        change.wantsTick = true
    }

    /// A restored database writes another history from its first change on.
    mutating func beginHistory(_ change: inout ChangeSet, _ ids: inout some IDSource) -> Reply {
        beginHistory(ids.nextIdentifier(), &change)
        return .done
    }

    /// An operator lets agents of another history take this one's documents.
    mutating func confirmHistory(_ payload: ConfirmHistory, _ change: inout ChangeSet) throws(Rejection)
        -> Reply
    {
        try requireForeignHistory(payload.epoch)
        let candidates = payload.nodeIDs ?? tables.nodes.keys.sorted()
        let released = try heldNodes(among: candidates, of: payload)
        if payload.nodeIDs == nil, !tables.meta.accepts.contains(payload.epoch) {
            var meta = tables.meta
            meta.accepts.append(payload.epoch)
            put(.meta(meta), &change)
        }
        for id in released { release(id, by: payload, &change) }
        change.events.append(.historyConfirmed(payload.epoch, nodes: released))
        change.wantsTick = true
        return .done
    }

    /// Whether a node acts in another history and may not have a document until an operator confirms.
    public func isHeld(_ id: NodeID) -> Bool {
        guard let row = tables.nodes[id] else { return false }
        return isHeld(row)
    }

    func isHeld(_ row: NodeRow) -> Bool {
        guard let epoch = historyOf(row), epoch != tables.meta.epoch else { return false }
        return row.acceptedEpoch != epoch && !tables.meta.accepts.contains(epoch)
    }

    /// The history a node acts in; one that was told documents and never said acts in the one before this.
    func historyOf(_ row: NodeRow) -> Epoch? {
        row.epoch ?? (row.revision > 0 ? tables.meta.predecessors.last : nil)
    }

    private mutating func beginHistory(_ epoch: Epoch, _ change: inout ChangeSet) {
        var meta = tables.meta
        change.events.append(.historyBegan(epoch, after: meta.epoch))
        meta.predecessors.append(meta.epoch)
        meta.epoch = epoch
        meta.accepts = []
        put(.meta(meta), &change)
        for var row in tables.nodes.values.sorted(by: { $0.ordinal < $1.ordinal }) where row.tombstone == nil
        {
            nodeIndex.markStanding(row.id)
            change.changedNodes.insert(row.id)
            guard row.acceptedEpoch != nil || row.emptiedBy != nil else { continue }
            row.acceptedEpoch = nil
            row.emptiedBy = nil
            put(.node(row), &change)
        }
        change.wantsTick = true
    }

    private func requireForeignHistory(_ epoch: Epoch) throws(Rejection) {
        guard epoch != tables.meta.epoch else {
            throw Rejection(
                .invalid, "\(epoch) is the present history; nothing has to be confirmed",
                faults: [.init(field: "epoch", message: "is the present one")])
        }
        let isKnown =
            tables.meta.predecessors.contains(epoch)
            || tables.nodes.values.contains { $0.tombstone == nil && $0.epoch == epoch }
        guard isKnown else { throw Rejection(.notFound, "no node acts in a history \(epoch)") }
    }

    private func heldNodes(
        among candidates: [NodeID], of payload: ConfirmHistory
    ) throws(Rejection) -> [NodeID] {
        var held: [NodeID] = []
        for id in candidates {
            guard let row = tables.nodes[id], row.tombstone == nil else {
                if payload.nodeIDs == nil { continue }
                throw Rejection(.notFound, "there is no node \(id)")
            }
            if isHeld(row), historyOf(row) == payload.epoch { held.append(id) }
        }
        return held
    }

    /// The operator's word is also what empties a node that the present state gives nothing.
    private mutating func release(_ id: NodeID, by payload: ConfirmHistory, _ change: inout ChangeSet) {
        guard var row = tables.nodes[id] else { return }
        if payload.nodeIDs != nil { row.acceptedEpoch = payload.epoch }
        row.epoch = payload.epoch
        row.revision += 1
        let isEmpty = (tables.usage[id]?.documented ?? 0) == 0
        row.emptiedBy = isEmpty ? .init(revision: row.revision, requestID: payload.requestID) : nil
        row.updatedAt = change.now.wall
        put(.node(row), &change)
        nodeIndex.markStanding(id)
        change.releasedNodes.insert(id)
        change.changedNodes.insert(id)
    }
}
