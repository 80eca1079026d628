import Model

extension Cluster {
    /// Does what time makes due: lost nodes, moves, waiting replicas, rollout steps, old tombstones, telemetry.
    mutating func tick(_ change: inout ChangeSet, _ ids: inout some IDSource) -> Reply {
        let census = sweep(&change)
        let window = settings.staleMilliseconds
        switch brake.censusTaken(census, at: change.now.monotonic, windowMilliseconds: window) {
        case .unchanged: break
        case .engaged:
            change.events.append(.massLossBrakeEngaged(missing: census.missing, of: census.known))
        case .released:
            change.events.append(.massLossBrakeReleased)
            hasWork = true
        }
        let isDue = workDue.map { $0 <= change.now.monotonic } ?? false
        if hasWork || change.wantsTick || isDue {
            hasWork = false
            workDue = nil
            moveLostReplicas(census, &change, &ids)
            for id in tables.pending.union(tables.outdated).union(tables.unfinished).sorted() {
                settleOrDrop(id, &change, &ids)
            }
        }
        purgeTombstones(&change)
        writeTelemetry(&change)
        change.wantsTick = false
        return .done
    }

    /// An operator accepts that the nodes missing now are lost.
    mutating func releaseMassLossBrake(_ change: inout ChangeSet) -> Reply {
        let census = takeCensus(at: change.now.monotonic)
        if brake.released(missing: census.missing) == .released {
            change.events.append(.massLossBrakeReleased)
        }
        change.wantsTick = true
        return .done
    }

    /// Whether replicas of lost nodes stay where they are because too many nodes are missing.
    public var isMassLossBrakeEngaged: Bool { brake.isEngaged }

    private mutating func sweep(_ change: inout ChangeSet) -> MassLossBrake.Census {
        let now = change.now.monotonic
        let stale = live.filter { id, life in
            life.status != .unreachable
                && now.milliseconds(since: life.lastSeen.monotonic) > settings.staleMilliseconds
        }
        for (id, life) in stale.sorted(by: { $0.key < $1.key }) {
            live[id]?.status = .unreachable
            live[id]?.lostAt = now
            statusChanged(of: id, from: life.status, to: .unreachable, &change)
        }
        return takeCensus(at: now)
    }

    /// Counts nodes that are missing: half a stale window of silence shows that something is wrong, so nodes lost
    /// together are counted together although they become stale one after the other.
    private func takeCensus(at now: MonotonicInstant) -> MassLossBrake.Census {
        let stale = settings.staleMilliseconds
        var census = MassLossBrake.Census()
        for life in live.values {
            census.known += 1
            let silence = now.milliseconds(since: life.lastSeen.monotonic)
            guard silence > stale / 2 else { continue }
            census.missing += 1
            if silence <= 2 * stale { census.recentlyMissing += 1 }
        }
        return census
    }

    private mutating func purgeTombstones(_ change: inout ChangeSet) {
        for id in tables.tombstones.sorted() {
            guard let tombstone = tables.nodes[id]?.tombstone,
                change.now.wall.milliseconds - tombstone.deletedAt.milliseconds
                    > ClusterLimits.tombstoneMilliseconds
            else { continue }
            for token in (tables.tokensOfNode[id] ?? []).sorted() { delete(.token(token), &change) }
            delete(.nodeSeen(id), &change)
            delete(.node(id), &change)
        }
    }

    /// Writes when nodes were last heard from, all at once and rarely.
    private mutating func writeTelemetry(_ change: inout ChangeSet) {
        let now = change.now.monotonic
        guard let written = telemetryWritten else {
            telemetryWritten = now
            return
        }
        guard now.milliseconds(since: written) >= ClusterLimits.telemetryMilliseconds else { return }
        telemetryWritten = now
        for (id, life) in live.sorted(by: { $0.key < $1.key }) {
            let row = NodeSeenRow(nodeID: id, lastSeen: life.lastSeen.wall, status: life.status)
            put(.nodeSeen(row), &change, as: .telemetry)
        }
    }
}
