import Model

extension Cluster {
    /// Keeps what the node says of its placements; a full report replaces everything.
    mutating func takeInstances(_ report: NodeReport, of id: NodeID, _ change: inout ChangeSet) {
        guard let before = live[id]?.instances else { return }
        var instances = report.isFull ? [:] : before
        if report.isFull, live[id]?.strangers.isEmpty == false { live[id]?.strangers = [:] }
        for said in report.containers {
            guard let row = assignment(of: said, on: id) else {
                noticeStranger(said, on: id)
                continue
            }
            var kept = said
            kept.message = said.message.map(Self.bounded)
            instances[row.id] = kept
            noteRun(kept, before[row.id], of: row, change.now.monotonic)
            pinImage(kept, of: row, &change)
            freeFormerPorts(kept, of: row, &change)
            guard before[row.id]?.isSameNews(as: kept) != true else { continue }
            noticed(kept, of: row, &change)
        }
        if report.isFull {
            for missing in before.keys where instances[missing] == nil {
                live[id]?.readySince[missing] = nil
                if let row = tables.assignments[missing] {
                    change.changedDeployments.insert(row.deploymentID)
                }
            }
        }
        live[id]?.instances = instances
    }

    /// Frees what retiring placements hold once the node says, or shows, that they are gone.
    mutating func releaseRetired(_ report: NodeReport, on id: NodeID, _ change: inout ChangeSet) {
        guard let retiring = tables.usage[id]?.retiring, !retiring.isEmpty else { return }
        let revision = report.applied.flatMap { $0.epoch == tables.meta.epoch ? $0.revision : nil }
        for assignmentID in retiring.keys.sorted() {
            guard let row = tables.assignments[assignmentID],
                case .retiring(let since, _) = row.phase
            else { continue }
            let said = live[id]?.instances[assignmentID]
            let isAbsent = report.isFull && said == nil
            let isTaken = report.applied == nil ? isOld(row, change.now) : (revision ?? 0) >= since
            if said?.state == .removed || (isAbsent && isTaken) { release(row, &change) }
        }
    }

    /// An agent that does not say which document it acts on is given a stale window to do so.
    private func isOld(_ row: AssignmentRow, _ now: Moment) -> Bool {
        now.wall.milliseconds - row.updatedAt.milliseconds > settings.staleMilliseconds
    }

    /// Forgets a placement that is gone, and its deployment with the last of a deleted one.
    mutating func release(_ row: AssignmentRow, _ change: inout ChangeSet) {
        delete(.assignment(row.id), &change)
        live[row.nodeID]?.instances[row.id] = nil
        live[row.nodeID]?.readySince[row.id] = nil
        change.events.append(
            .replicaReleased(row.deploymentID, replica: row.replicaNumber, node: row.nodeID))
        change.changedDeployments.insert(row.deploymentID)
        purgeIfGone(row.deploymentID, &change)
    }

    /// The placement a report is about: by its id, or, from agents that know none, by deployment and number.
    private func assignment(of said: InstanceReport, on id: NodeID) -> AssignmentRow? {
        if let assignmentID = said.assignmentID {
            guard let row = tables.assignments[assignmentID], row.nodeID == id else { return nil }
            return row
        }
        guard let index = tables.placements[said.deploymentID] else { return nil }
        if let current = index.current[said.replicaNumber], let row = tables.assignments[current],
            row.nodeID == id
        {
            return row
        }
        return index.retiring.sorted().lazy.compactMap { tables.assignments[$0] }
            .first { $0.nodeID == id && $0.replicaNumber == said.replicaNumber }
    }

    private mutating func noticed(_ said: InstanceReport, of row: AssignmentRow, _ change: inout ChangeSet) {
        change.changedDeployments.insert(row.deploymentID)
        noticeForRollout(said, of: row, &change)
        if said.isPortTaken { change.wantsTick = true }
    }

    /// Frees the ports of earlier generations once the present one runs.
    ///
    /// What runs in another history may bear this generation's number and hold those ports all the same.
    private mutating func freeFormerPorts(
        _ said: InstanceReport, of row: AssignmentRow, _ change: inout ChangeSet
    ) {
        guard row.isCurrent, !row.formerPorts.isEmpty, said.state == .running,
            said.generation >= row.generation, !said.hasFormerPorts(of: row), actsInThisHistory(row.nodeID)
        else { return }
        var settled = row
        settled.formerPorts = []
        settled.updatedAt = change.now.wall
        put(.assignment(settled), &change)
    }

    /// Notes since when a container runs and its probes pass: another container, a restart or a stop begins anew, and
    /// so do files that were written anew below the same one.
    private mutating func noteRun(
        _ said: InstanceReport, _ before: InstanceReport?, of row: AssignmentRow, _ now: MonotonicInstant
    ) {
        guard said.isServing else {
            live[row.nodeID]?.readySince[row.id] = nil
            return
        }
        if let before, before.isSameRun(as: said), !isReloaded(said, before, row),
            live[row.nodeID]?.readySince[row.id] != nil
        {
            return
        }
        live[row.nodeID]?.readySince[row.id] = now
    }

    /// Whether a replica came to what it shall be below the container it had; one without files that can change there
    /// has only waited for its predecessor to go.
    private func isReloaded(_ said: InstanceReport, _ before: InstanceReport, _ row: AssignmentRow) -> Bool {
        before.generation < row.sameSince && said.generation >= row.sameSince
            && row.configs.contains { tables.configs.versions[$0]?.content.isLive == true }
    }

    /// A step may be due at once; where nothing is left to replace, the look is put off and taken once for many.
    private mutating func noticeForRollout(
        _ said: InstanceReport, of row: AssignmentRow, _ change: inout ChangeSet
    ) {
        let id = row.deploymentID
        if tables.outdated.contains(id) || said.rejectedGeneration != nil || !tables.draining.isEmpty {
            change.wantsTick = true
        } else if tables.unfinished.contains(id), let deployment = tables.deployments[id] {
            let pause = Int64(deployment.spec.strategy.healthyAfterSecs) * 1000
            wake(at: change.now.monotonic.adding(milliseconds: pause))
        }
    }

    /// Remembers a container that no row knows: what a confirmation would take away.
    private mutating func noticeStranger(_ said: InstanceReport, on id: NodeID) {
        guard said.state != .removed, let assignmentID = said.assignmentID,
            live[id]?.strangers.count ?? 0 < ClusterLimits.strangers
        else { return }
        live[id]?.strangers[assignmentID] = said
    }

    private static func bounded(_ message: String) -> String {
        guard message.utf8.count > ClusterLimits.messageBytes else { return message }
        return String(decoding: message.utf8.prefix(ClusterLimits.messageBytes), as: UTF8.self)
    }
}

extension InstanceReport {
    /// Whether it says that it serves on a port that was exchanged for another within one generation.
    fileprivate func hasFormerPorts(of row: AssignmentRow) -> Bool {
        let present = Set(row.ports.compactMap(\.hostPort))
        return row.formerPorts.compactMap(\.hostPort).contains { number in
            !present.contains(number) && endpoints.contains { $0.hasSuffix(":\(number)") }
        }
    }

    /// Whether another report tells people nothing new.
    fileprivate func isSameNews(as other: InstanceReport) -> Bool {
        state == other.state && generation == other.generation && message == other.message
            && restartCount == other.restartCount && containerID == other.containerID
            && endpoints == other.endpoints && rejectedGeneration == other.rejectedGeneration
            && imageDigest == other.imageDigest && isSameHealth(as: other)
    }

    private func isSameHealth(as other: InstanceReport) -> Bool {
        guard let health, let others = other.health else { return health == other.health }
        return health.isSameNews(as: others)
    }

    /// Whether two reports of something that runs are about the same, unbroken run.
    fileprivate func isSameRun(as other: InstanceReport) -> Bool {
        guard state == .running, restartCount == other.restartCount else { return false }
        return containerID == other.containerID && (containerID != nil || generation == other.generation)
    }
}
