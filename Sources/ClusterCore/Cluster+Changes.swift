import Model

extension Cluster {
    /// Puts a row and remembers what was there.
    mutating func put(_ row: Row, _ change: inout ChangeSet, as durability: RowChange.Durability = .decision)
    {
        let key = row.key
        let original = tables[key]
        nodeIndex.mark(original)
        nodeIndex.mark(row)
        change.remember(key, original: original, durability)
        tables.replace(key, with: row)
    }

    /// Deletes a row and remembers it.
    mutating func delete(_ key: RowKey, _ change: inout ChangeSet) {
        guard let original = tables[key] else { return }
        nodeIndex.mark(original)
        change.remember(key, original: original, .decision)
        tables.replace(key, with: nil)
    }

    /// Gives a node a new document and tells its revision; a command counts it once.
    @discardableResult
    mutating func touch(_ nodeID: NodeID, _ change: inout ChangeSet) -> UInt64 {
        guard var row = tables.nodes[nodeID] else { return 0 }
        guard change.touch(nodeID, replicasBefore: tables.usage[nodeID]?.documented ?? 0) else {
            return row.revision
        }
        row.revision += 1
        put(.node(row), &change)
        return row.revision
    }

    /// Closes a command: settles `emptied_by`, and turns the changes into what is to be stored and done.
    mutating func finish(_ change: inout ChangeSet, _ reply: Reply) -> Outcome {
        settleEmptied(&change)
        settleDeclarations(&change)
        let nodes = change.releasedNodes.union(change.touchedNodes.keys)
        var effects: [Effect] = nodes.sorted().map(Effect.desiredStateChanged)
        effects += change.changedDeployments.sorted().map(Effect.deploymentChanged)
        effects += change.changedNodes.sorted().map(Effect.nodeChanged)
        effects += change.events.map(Effect.event)
        let rowChanges = rowChanges(change)
        noticeRoom(rowChanges, &change)
        if change.wantsTick {
            hasWork = true
            effects.append(.tickWanted)
        }
        return Outcome(rowChanges: rowChanges, effects: effects, reply: reply)
    }

    /// Puts every row back as it was.
    mutating func undo(_ change: ChangeSet) {
        for key in change.order.reversed() {
            guard let original = change.originals[key] else { continue }
            nodeIndex.mark(tables[key])
            nodeIndex.mark(original)
            tables.replace(key, with: original)
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
        for (nodeID, before) in change.touchedNodes.sorted(by: { $0.key < $1.key }) {
            guard var row = tables.nodes[nodeID] else { continue }
            let after = tables.usage[nodeID]?.documented ?? 0
            if after > 0, row.emptiedBy != nil {
                row.emptiedBy = nil
                put(.node(row), &change)
            } else if after == 0, before > 0 {
                row.emptiedBy = .init(revision: row.revision, requestID: change.requestID)
                put(.node(row), &change)
            }
        }
    }

    private func rowChanges(_ change: ChangeSet) -> [RowChange] {
        var puts: [RowChange] = []
        var deletes: [RowChange] = []
        for key in change.order {
            guard let original = change.originals[key] else { continue }
            let row = tables[key]
            guard row != original else { continue }
            let durability: RowChange.Durability = change.decisions.contains(key) ? .decision : .telemetry
            if let row {
                puts.append(RowChange(.put(row), durability: durability))
            } else {
                deletes.append(RowChange(.delete(key), durability: durability))
            }
        }
        puts.sort { $0.key.rank < $1.key.rank }
        deletes.sort { $0.key.rank > $1.key.rank }
        return puts + deletes
    }
}
