import Model

extension Cluster {
    /// Puts a row and remembers what was there.
    mutating func put(_ row: Row, _ change: inout ChangeSet, as durability: RowChange.Durability = .decision)
    {
        nodeIndex.mark(row)
        putUnmarked(row, &change, as: durability)
    }

    /// Puts a row that changes nothing the scheduler asks; a placement never changes its node.
    private mutating func putUnmarked(
        _ row: Row, _ change: inout ChangeSet, as durability: RowChange.Durability = .decision
    ) {
        let key = row.key
        noticeEmptying(row, &change)
        change.remember(key, durability) { tables[$0] }
        tables.replace(key, with: row)
    }

    /// Deletes a row and remembers it.
    mutating func delete(_ key: RowKey, _ change: inout ChangeSet) {
        guard let original = tables[key] else { return }
        nodeIndex.mark(original)
        noticeEmptying(original, &change)
        change.remember(key, .decision) { _ in original }
        tables.replace(key, with: nil)
    }

    /// Gives a node a new document and tells its revision; a command counts it once.
    @discardableResult
    mutating func touch(_ nodeID: NodeID, _ change: inout ChangeSet) -> UInt64 {
        guard change.touch(nodeID, replicasBefore: tables.usage[nodeID]?.documented ?? 0) else {
            return tables.nodes[nodeID]?.revision ?? 0
        }
        guard let (before, revision) = tables.countRevision(of: nodeID) else { return 0 }
        // Only a node that never said which history it acts in is judged by its revision.
        if before.epoch == nil { nodeIndex.markStanding(nodeID) }
        if before.emptiedBy != nil { change.unsettledNodes.insert(nodeID) }
        change.remember(.node(nodeID), .decision, isRevision: true) { _ in .node(before) }
        return revision
    }

    /// Puts a placement that nobody knew before.
    mutating func putNew(_ row: AssignmentRow, _ change: inout ChangeSet) {
        nodeIndex.add(row)
        change.rememberNew(row)
        tables.insert(row)
    }

    /// A placement that changed or went may have been a node's last.
    private func noticeEmptying(_ row: Row, _ change: inout ChangeSet) {
        switch row {
        case .assignment(let row): change.unsettledNodes.insert(row.nodeID)
        case .node(let row): if row.emptiedBy != nil { change.unsettledNodes.insert(row.id) }
        default: break
        }
    }

    /// Closes a command: settles `emptied_by`, and turns the changes into what is to be stored and done.
    mutating func finish(_ change: inout ChangeSet, _ reply: Reply) -> Outcome {
        settleEmptied(&change)
        settleDeclarations(&change)
        pruneConfigVersions(&change)
        var effects = effects(change)
        let rowChanges = rowChanges(change)
        noticeRoom(rowChanges, &change)
        if change.wantsTick {
            hasWork = true
            effects.append(.tickWanted)
        }
        return Outcome(rowChanges: rowChanges, effects: effects, reply: reply)
    }

    private func effects(_ change: ChangeSet) -> [Effect] {
        let touched = change.touchedNodes.keys
        let nodes =
            change.releasedNodes.isEmpty ? touched.sorted() : change.releasedNodes.union(touched).sorted()
        var effects: [Effect] = []
        effects.reserveCapacity(nodes.count + change.changedDeployments.count + change.events.count)
        for id in nodes { effects.append(.desiredStateChanged(id)) }
        for id in change.changedDeployments.sorted() { effects.append(.deploymentChanged(id)) }
        for id in change.changedNodes.sorted() { effects.append(.nodeChanged(id)) }
        for event in change.events { effects.append(.event(event)) }
        return effects
    }

    /// Puts every row back as it was.
    mutating func undo(_ change: ChangeSet) {
        for entry in change.entries.reversed() {
            nodeIndex.mark(tables[entry.key])
            nodeIndex.mark(entry.original)
            tables.replace(entry.key, with: entry.original)
        }
    }

    /// Whatever moved, shrank or went may have left room that someone waits for.
    ///
    /// A tick that changes nothing ends the series.
    private mutating func noticeRoom(_ rowChanges: [RowChange], _ change: inout ChangeSet) {
        let mayLeaveRoom = rowChanges.contains { changed in
            switch changed.key {
            case .assignment, .node: true
            default: false
            }
        }
        guard mayLeaveRoom else { return }
        hasWork = true
        if tables.hasUnfinishedWork { change.wantsTick = true }
    }

    /// A node that lost its last replica says which command did it; one that has replicas says nothing.
    private mutating func settleEmptied(_ change: inout ChangeSet) {
        let unsettled = change.unsettledNodes.filter { nodeID in
            guard let before = change.touchedNodes[nodeID] else { return false }
            return tables.usage[nodeID]?.documented ?? 0 == 0
                ? before > 0 : tables.nodes[nodeID]?.emptiedBy != nil
        }
        for nodeID in unsettled.sorted() {
            guard var row = tables.nodes[nodeID] else { continue }
            let isEmpty = tables.usage[nodeID]?.documented ?? 0 == 0
            row.emptiedBy =
                isEmpty ? .init(revision: row.revision, requestID: change.requestID) : nil
            put(.node(row), &change)
        }
    }

    private func rowChanges(_ change: ChangeSet) -> [RowChange] {
        var puts = [[RowChange]](repeating: [], count: RowKey.ranks)
        var deletes = puts
        // Read where they stand: an entry in a variable would count the references of its rows up and down.
        for index in change.entries.indices {
            let key = change.entries[index].key
            if let made = change.entries[index].made {
                puts[key.rank].append(RowChange(.put(made), durability: .decision))
                continue
            }
            let row = tables[key]
            guard row != change.entries[index].original else { continue }
            let durability: RowChange.Durability =
                change.entries[index].isDecision ? .decision : .telemetry
            if let row {
                puts[key.rank].append(RowChange(.put(row), durability: durability))
            } else {
                deletes[key.rank].append(RowChange(.delete(key), durability: durability))
            }
        }
        var all: [RowChange] = []
        all.reserveCapacity(change.entries.count)
        for rank in puts { all += rank }
        for rank in deletes.reversed() { all += rank }
        return all
    }
}
