public import Model

extension Cluster {
    /// Takes the document position of an agent.
    ///
    /// One that acts on a document this database has never made is held, and only it: a single node may be wrong.
    /// As soon as enough of them say so the database is older than what was told once: from then on it writes another
    /// history, and no node of the old one gets a document before an operator has looked.
    /// Nor has this database made one that has the present revision and says something else.
    mutating func takeHistory(
        _ report: NodeReport, of id: NodeID, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) {
        guard let applied = report.applied, let row = tables.nodes[id] else { return }
        // What this process added before the agent's first word was not told to anybody.
        let isAhead = applied.revision > unheard[id] ?? row.revision
        let isAnother = applied.revision == row.revision && report.saysAnotherRevision
        if applied.epoch == tables.meta.epoch, isAhead || isAnother {
            takeClaim(applied.revision, of: row, &change, &ids)
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

    /// Holds a node that is ahead, and begins another history when it is not the only one.
    private mutating func takeClaim(
        _ revision: UInt64, of row: NodeRow, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) {
        guard row.claimedRevision.map({ $0 < revision }) ?? true else { return }
        var ahead = row
        ahead.claimedRevision = revision
        ahead.updatedAt = change.now.wall
        put(.node(ahead), &change)
        nodeIndex.markStanding(row.id)
        change.changedNodes.insert(row.id)
        change.events.append(.historyLost(row.id, reported: revision, known: row.revision))
        let told = tables.nodes.values.count { $0.tombstone == nil && $0.revision > 0 }
        let witnesses = tables.claimants.count { tables.nodes[$0].map(isPlausible) ?? false }
        guard witnesses >= min(ClusterLimits.witnessesOfLostHistory, max(1, told)) else { return }
        beginHistory(ids.nextIdentifier(), &change)
    }

    /// Whether an earlier state of this database may have told what the node says it acts on.
    private func isPlausible(_ row: NodeRow) -> Bool {
        guard let claimed = row.claimedRevision else { return false }
        return claimed <= row.revision || claimed - row.revision <= ClusterLimits.plausibleRevisions
    }

    /// Whether a node must report to this process before it is told anything: only its word shows whether this
    /// database is the one that told it its newest document.
    public func awaitsReport(_ id: NodeID) -> Bool { unheard[id] != nil }

    /// Whether a node that is in contact shall report at once: this process does not know what it has.
    public func missesReport(_ id: NodeID) -> Bool {
        awaitsReport(id) || status(of: id) == .unknown || live[id]?.isReportMissed == true
    }

    /// Notes that a node has reported; it may have its document from now on.
    mutating func hearFirst(_ id: NodeID, _ change: inout ChangeSet) {
        if unheard.removeValue(forKey: id) != nil { change.releasedNodes.insert(id) }
    }

    /// An operator lets agents of another history take this one's documents.
    mutating func confirmHistory(_ payload: ConfirmHistory, _ change: inout ChangeSet) throws(Rejection)
        -> Reply
    {
        try requireForeignHistory(payload.epoch)
        let candidates = payload.nodeIDs ?? tables.nodes.keys.sorted()
        let released = try heldNodes(among: candidates, of: payload)
        if payload.nodeIDs == nil, payload.epoch != tables.meta.epoch,
            !tables.meta.accepts.contains(payload.epoch)
        {
            var meta = tables.meta
            meta.accepts.append(payload.epoch)
            put(.meta(meta), &change)
        }
        for id in released { release(id, by: payload, &change) }
        change.events.append(.historyConfirmed(payload.epoch, nodes: released))
        change.wantsTick = true
        return .done
    }

    /// Whether a node may not have a document until an operator confirms.
    public func isHeld(_ id: NodeID) -> Bool {
        guard let row = tables.nodes[id] else { return false }
        return isHeld(row)
    }

    func isHeld(_ row: NodeRow) -> Bool {
        guard row.claimedRevision == nil else { return true }
        guard let epoch = historyOf(row), epoch != tables.meta.epoch else { return false }
        return row.acceptedEpoch != epoch && !tables.meta.accepts.contains(epoch)
    }

    /// Whether what a node runs was told by this database, as far as is known.
    func actsInThisHistory(_ id: NodeID) -> Bool {
        guard let row = tables.nodes[id], row.claimedRevision == nil else { return false }
        if live[id]?.actsOnFormerHistory == true { return false }
        return historyOf(row).map { $0 == tables.meta.epoch } ?? true
    }

    /// The history a node acts in; one that was told documents and never said acts in the one before this.
    func historyOf(_ row: NodeRow) -> Epoch? {
        row.epoch ?? (row.revision > 0 ? tables.meta.predecessors.last : nil)
    }

    /// A number that containers are told apart by, and that no lost history gave to something else.
    ///
    /// There they were counted, and may have been counted on; after a loss they are moments, in milliseconds.
    func unlikeLost(_ number: UInt64, _ now: Timestamp) -> UInt64 {
        tables.meta.predecessors.isEmpty ? number : max(number, UInt64(max(0, now.milliseconds)))
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
            guard row.acceptedEpoch != nil || row.emptiedBy != nil || row.claimedRevision != nil else {
                continue
            }
            row.claimedRevision = nil
            row.acceptedEpoch = nil
            row.emptiedBy = nil
            put(.node(row), &change)
        }
        change.wantsTick = true
    }

    private func requireForeignHistory(_ epoch: Epoch) throws(Rejection) {
        guard epoch != tables.meta.epoch || !tables.claimants.isEmpty else {
            throw Rejection(
                .invalid, "\(epoch) is the present history; nothing has to be confirmed",
                faults: [.init(field: "epoch", message: "is the present one")])
        }
        let isKnown =
            epoch == tables.meta.epoch || tables.meta.predecessors.contains(epoch)
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
            guard isHeld(row), historyOf(row) == payload.epoch else { continue }
            if row.claimedRevision != nil, !isPlausible(row) {
                throw Rejection(
                    .invalid,
                    "node \(id) says it acts on revision \(row.claimedRevision ?? 0), which no document ever had; "
                        + "delete the node and let it register anew")
            }
            held.append(id)
        }
        return held
    }

    /// The operator's word is also what empties a node that the present state gives nothing.
    private mutating func release(_ id: NodeID, by payload: ConfirmHistory, _ change: inout ChangeSet) {
        guard var row = tables.nodes[id] else { return }
        if payload.nodeIDs != nil, payload.epoch != tables.meta.epoch { row.acceptedEpoch = payload.epoch }
        row.epoch = payload.epoch
        row.revision = max(row.revision, row.claimedRevision ?? 0) + 1
        row.claimedRevision = nil
        let isEmpty = (tables.usage[id]?.documented ?? 0) == 0
        row.emptiedBy = isEmpty ? .init(revision: row.revision, requestID: payload.requestID) : nil
        row.updatedAt = change.now.wall
        put(.node(row), &change)
        live[id]?.releasedRevision = row.revision
        nodeIndex.markStanding(id)
        change.releasedNodes.insert(id)
        change.changedNodes.insert(id)
    }
}
