import Model

extension Cluster {
    /// Takes an agent's report: a sign of life, facts about the node, and the state of its replicas.
    mutating func recordReport(_ payload: RecordReport, _ change: inout ChangeSet) throws(Rejection) -> Reply
    {
        let report = payload.report
        let row = try liveNode(payload.nodeID)
        guard live[row.id]?.isNews(report) != false else {
            return .report(reportReply(row.id, report, wasStale: true))
        }
        useToken(payload.tokenID, of: row.id, &change)
        mergeInventory(report.inventory, into: row.id, &change)
        heard(from: row.id, saying: report.nodeStatus, &change)
        live[row.id]?.adopt(report)
        takeNodeFacts(report, of: row.id, &change)
        takeInstances(report, of: row.id, &change)
        releaseRetired(report, on: row.id, &change)
        if report.isFull { live[row.id]?.hasFullReport = true }
        return .report(reportReply(row.id, report, wasStale: false))
    }

    /// Takes another sign of life: it keeps a node alive, and brings a lost one back to what it last reported.
    mutating func recordContact(_ payload: RecordContact, _ change: inout ChangeSet) throws(Rejection)
        -> Reply
    {
        let row = try liveNode(payload.nodeID)
        useToken(payload.tokenID, of: row.id, &change)
        if let life = live[row.id] { heard(from: row.id, saying: life.selfStatus, &change) }
        return .done
    }

    /// The row of a node that takes part; a deleted one is *gone*.
    func liveNode(_ id: NodeID) throws(Rejection) -> NodeRow {
        guard let row = tables.nodes[id] else { throw Rejection(.notFound, "there is no node \(id)") }
        guard let tombstone = row.tombstone else { return row }
        throw Rejection(.gone, "node \(id) was deleted at \(tombstone.deletedAt)")
    }

    private func reportReply(_ id: NodeID, _ report: NodeReport, wasStale: Bool) -> Reply.Report {
        Reply.Report(
            acknowledged: report.sequence, wantsFull: live[id]?.hasFullReport != true,
            headRevision: tables.nodes[id]?.revision ?? 0, wasStale: wasStale)
    }

    /// Notes that a node was heard from, and what is thought of it now.
    private mutating func heard(from id: NodeID, saying selfStatus: NodeSelfStatus, _ change: inout ChangeSet)
    {
        let before = self.status(of: id)
        let status: NodeStatus = selfStatus == .ready ? .ready : .error
        if live[id] == nil {
            live[id] = NodeLife(lastSeen: change.now, status: status, selfStatus: selfStatus)
        } else {
            live[id]?.heard(at: change.now, status: status, selfStatus: selfStatus)
        }
        guard before != status else { return }
        statusChanged(of: id, from: before, to: status, &change)
    }

    /// Records a change of what is thought of a node; a waiting replica or rollout may now go on.
    mutating func statusChanged(
        of id: NodeID, from before: NodeStatus, to after: NodeStatus, _ change: inout ChangeSet
    ) {
        change.events.append(.nodeStatusChanged(id, from: before, to: after))
        change.changedNodes.insert(id)
        change.wantsTick = true
        if let seen = live[id]?.lastSeen.wall {
            put(.nodeSeen(NodeSeenRow(nodeID: id, lastSeen: seen, status: after)), &change, as: .telemetry)
        }
        for assignmentID in tables.usage[id]?.current ?? [] {
            if let row = tables.assignments[assignmentID] {
                change.changedDeployments.insert(row.deploymentID)
            }
        }
    }

    private mutating func takeNodeFacts(_ report: NodeReport, of id: NodeID, _ change: inout ChangeSet) {
        if let news = live[id]?.takeFacts(of: report) {
            if news.ports {
                hasWork = true
                if !tables.pending.isEmpty { change.wantsTick = true }
            }
            if news.conditions { change.changedNodes.insert(id) }
        }
        noticeLostHistory(report.applied, of: id, &change)
    }

    /// An agent that acts on a document this database has never made proves that the database is older.
    private mutating func noticeLostHistory(
        _ applied: NodeReport.Applied?, of id: NodeID, _ change: inout ChangeSet
    ) {
        let known = tables.nodes[id]?.revision ?? 0
        guard let applied, applied.epoch == tables.meta.epoch, applied.revision > known else {
            live[id]?.isAheadOfDatabase = false
            return
        }
        guard live[id]?.isAheadOfDatabase != true else { return }
        live[id]?.isAheadOfDatabase = true
        change.changedNodes.insert(id)
        change.events.append(.historyLost(id, reported: applied.revision, known: known))
    }

    /// Keeps what the agent says it is; absent fields keep what is known.
    private mutating func mergeInventory(_ news: Inventory?, into id: NodeID, _ change: inout ChangeSet) {
        guard let news, var row = tables.nodes[id] else { return }
        let merged = Inventory(
            arch: news.arch ?? row.inventory.arch, os: news.os ?? row.inventory.os,
            labels: news.labels ?? row.inventory.labels, capacity: news.capacity ?? row.inventory.capacity,
            publicIP: news.publicIP ?? row.inventory.publicIP,
            publicHost: news.publicHost ?? row.inventory.publicHost)
        guard merged != row.inventory else { return }
        let movesEndpoints =
            merged.publicIP != row.inventory.publicIP || merged.publicHost != row.inventory.publicHost
        row.inventory = merged
        row.updatedAt = change.now.wall
        put(.node(row), &change)
        if movesEndpoints, tables.usage[id]?.current.isEmpty == false { touch(id, &change) }
        change.changedNodes.insert(id)
        change.wantsTick = true
    }
}
