public import Model

extension Cluster {
    /// Takes an agent's report: a sign of life, facts about the node, and the state of its replicas.
    mutating func recordReport(
        _ payload: RecordReport, _ change: inout ChangeSet, _ ids: inout some IDSource
    ) throws(Rejection) -> Reply {
        var report = payload.report
        let row = try liveNode(payload.nodeID)
        guard live[row.id]?.isNews(report) != false else {
            live[row.id]?.ignored(report)
            return .report(reportReply(row.id, report, wasStale: true))
        }
        useToken(payload.tokenID, of: row.id, &change)
        mergeInventory(report.inventory, into: row.id, &change)
        takeInterval(report.intervalSecs, of: row.id, &change)
        heard(from: row.id, saying: report.nodeStatus, version: report.agentVersion, &change)
        live[row.id]?.adopt(report)
        if report.part != nil { report = live[row.id]?.gather(report) ?? report }
        takeNodeFacts(report, of: row.id, &change)
        takeHistory(report, of: row.id, &change, &ids)
        hearFirst(row.id, &change)
        takeInstances(report, of: row.id, &change)
        reconcileReturned(report, on: row.id, &change)
        releaseRetired(report, on: row.id, &change)
        if report.isFull, live[row.id]?.hasFullReport == false {
            live[row.id]?.hasFullReport = true
            change.wantsTick = true
        }
        return .report(reportReply(row.id, report, wasStale: false))
    }

    /// Takes another sign of life: it keeps a node alive, and brings a silent one back, which is asked what it has.
    ///
    /// A node that was silent may have started anew: what it said of its replicas before proves nothing.
    mutating func recordContact(_ payload: RecordContact, _ change: inout ChangeSet) throws(Rejection)
        -> Reply
    {
        let row = try liveNode(payload.nodeID)
        useToken(payload.tokenID, of: row.id, &change)
        if let life = live[row.id] {
            let wasSilent = life.status == .suspect || life.status == .unreachable
            if wasSilent, !payload.standsForReport { live[row.id]?.returned() }
            heard(from: row.id, saying: life.selfStatus, version: life.agentVersion, &change)
        } else {
            contacts[row.id] = change.now
        }
        return .done
    }

    /// The newest report that was taken of a node, when all it said still counts; nil while a whole one is wanted.
    ///
    /// A node that was given up has to tell anew what it has, since its replicas may stand elsewhere by now.
    public func countingReport(of id: NodeID) -> (boot: BootID, sequence: UInt64)? {
        guard let life = live[id], life.hasFullReport, let boot = life.bootID, let sequence = life.sequence,
            life.lostAt == nil, tables.usage[id]?.awaiting.isEmpty != false
        else { return nil }
        return (boot, sequence)
    }

    /// The row of a node that takes part; a deleted one is *gone*.
    func liveNode(_ id: NodeID) throws(Rejection) -> NodeRow {
        guard let row = tables.nodes[id] else { throw Rejection(.notFound, "there is no node \(id)") }
        guard let tombstone = row.tombstone else { return row }
        throw Rejection(.gone, "node \(id) was deleted at \(tombstone.deletedAt)", tombstone: tombstone)
    }

    private func reportReply(_ id: NodeID, _ report: NodeReport, wasStale: Bool) -> Reply.Report {
        // What an older report said must not be forgotten by its agent: it was not taken.
        Reply.Report(
            acknowledged: wasStale ? 0 : report.sequence, wantsFull: live[id]?.hasFullReport != true,
            headRevision: tables.nodes[id]?.revision ?? 0, wasStale: wasStale)
    }

    /// Notes that a node was heard from, and what is thought of it now.
    private mutating func heard(
        from id: NodeID, saying selfStatus: NodeSelfStatus, version: String?, _ change: inout ChangeSet
    ) {
        let before = self.status(of: id)
        if live[id] == nil {
            contacts[id] = nil
            live[id] = newLife(of: id, at: change.now)
        }
        live[id]?.heard(at: change.now, selfStatus: selfStatus, version: version, settings.agentWindow)
        let status = self.status(of: id)
        guard before != status else { return }
        statusChanged(of: id, from: before, to: status, &change)
    }

    /// What is known of a node that has not reported to this process.
    func newLife(of id: NodeID, at moment: Moment) -> NodeLife {
        let interval = settings.effectiveIntervalMilliseconds(asked: tables.nodes[id]?.intervalSecs)
        return NodeLife(
            lastSeen: moment, status: .unknown, selfStatus: .ready,
            staleMilliseconds: settings.staleMilliseconds(effectiveInterval: interval))
    }

    /// Milliseconds the node may leave between its reports.
    public func intervalMilliseconds(of id: NodeID) -> Int64 {
        settings.effectiveIntervalMilliseconds(asked: tables.nodes[id]?.intervalSecs)
    }

    /// Keeps how often a node reports: a slow one is lost later, also by the next process.
    private mutating func takeInterval(_ seconds: Int?, of id: NodeID, _ change: inout ChangeSet) {
        guard var row = tables.nodes[id] else { return }
        let asked = settings.effectiveIntervalMilliseconds(asked: seconds)
        let kept = asked > settings.heartbeatIntervalMilliseconds ? seconds : nil
        guard row.intervalSecs != kept else { return }
        row.intervalSecs = kept
        put(.node(row), &change)
        live[id]?.staleMilliseconds = settings.staleMilliseconds(effectiveInterval: asked)
    }

    /// Records a change of what is thought of a node; a waiting replica or rollout may now go on.
    mutating func statusChanged(
        of id: NodeID, from before: NodeStatus, to after: NodeStatus, _ change: inout ChangeSet
    ) {
        change.events.append(.nodeStatusChanged(id, from: before, to: after))
        change.changedNodes.insert(id)
        change.wantsTick = true
        nodeIndex.markStanding(id)
        if let seen = live[id]?.lastSeen.wall, before != .suspect, after != .suspect {
            put(.nodeSeen(NodeSeenRow(nodeID: id, lastSeen: seen, status: after)), &change, as: .telemetry)
        }
        for row in tables.usage[id]?.current.values ?? [:].values {
            change.changedDeployments.insert(row.deploymentID)
        }
    }

    private mutating func takeNodeFacts(_ report: NodeReport, of id: NodeID, _ change: inout ChangeSet) {
        if let news = live[id]?.takeFacts(of: report, at: change.now.wall) {
            if news.ports {
                nodeIndex.markStanding(id)
                hasWork = true
                let hasReplicas = tables.usage[id]?.current.isEmpty == false
                if hasReplicas || !tables.pending.isEmpty { change.wantsTick = true }
            }
            if news.conditions { change.changedNodes.insert(id) }
            if news.history { change.wantsTick = true }
        }
        takeCapabilities(report.capabilities, of: id, &change)
    }

    private mutating func takeCapabilities(_ words: [String]?, of id: NodeID, _ change: inout ChangeSet) {
        guard let words, live[id]?.capabilities == nil || live[id]?.capabilityWords != words else { return }
        live[id]?.capabilityWords = words
        let capabilities = Set(words.compactMap(AgentCapability.init))
        guard live[id]?.capabilities != capabilities else { return }
        live[id]?.capabilities = capabilities
        nodeIndex.markStanding(id)
        hasWork = true
        if !tables.pending.isEmpty { change.wantsTick = true }
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
