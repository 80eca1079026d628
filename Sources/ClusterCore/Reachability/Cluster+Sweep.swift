import Model

extension Cluster {
    /// Does what time makes due: lost nodes, moves, waiting replicas, rollout steps, old tombstones, telemetry.
    mutating func tick(_ change: inout ChangeSet, _ ids: inout some IDSource) -> Reply {
        let census = sweep(&change)
        let window = settings.staleMilliseconds
        switch brake.censusTaken(census, at: change.now.monotonic, windowMilliseconds: window) {
        case .unchanged: break
        case .engaged:
            change.events.append(
                .massLossBrakeEngaged(
                    missing: census.missing, of: census.present + census.recentlyMissing))
        case .released:
            change.events.append(.massLossBrakeReleased)
            hasWork = true
        }
        let isDue = workDue.map { $0 <= change.now.monotonic } ?? false
        if hasWork || change.wantsTick || isDue {
            hasWork = false
            workDue = nil
            moveLostReplicas(census, &change, &ids)
            drainNodes(&change, &ids)
            leaveTakenPorts(&change, &ids)
            let due = tables.pending.union(tables.outdated).union(tables.unfinished)
            for id in due.union(tables.perNode).sorted() { settleOrDrop(id, &change, &ids) }
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
        hasWork = true
        change.wantsTick = true
        return .done
    }

    /// Whether replicas of lost nodes stay where they are because too many nodes are missing.
    public var isMassLossBrakeEngaged: Bool { brake.isEngaged }

    /// How many nodes are missing, and from how many on nothing is moved.
    public var missingNodes: (missing: Int, threshold: Int) {
        let census = takeCensus(at: nil)
        return (census.missing, census.threshold)
    }

    private mutating func sweep(_ change: inout ChangeSet) -> MassLossBrake.Census {
        let now = change.now.monotonic
        var silent: [(id: NodeID, from: NodeStatus, to: NodeStatus)] = []
        for (id, life) in live where life.status != .unreachable {
            let silence = now.milliseconds(since: life.lastSeen.monotonic)
            if silence > life.staleMilliseconds {
                silent.append((id, life.status, .unreachable))
            } else if silence > life.staleMilliseconds / 2, life.status != .suspect {
                silent.append((id, life.status, .suspect))
            }
        }
        for (id, before, after) in silent.sorted(by: { $0.id < $1.id }) {
            live[id]?.status = after
            if after == .unreachable { live[id]?.lostAt = now }
            statusChanged(of: id, from: before, to: after, &change)
        }
        giveUpUnknown(&change)
        forgetOldReports(&change)
        return takeCensus(at: now)
    }

    /// Takes nodes that died while no control plane ran, and so never report, for lost.
    ///
    /// Once at least half of the nodes have reported and the rest had a stale window and the start-up grace to do so,
    /// they count as lost now, brake included. One that is in contact, though no report of it has come through, has as
    /// long again from its last sign of life.
    private mutating func giveUpUnknown(_ change: inout ChangeSet) {
        guard let startedAt else { return }
        let now = change.now.monotonic
        let waited = now.milliseconds(since: startedAt)
        guard waited > settings.staleMilliseconds + settings.startupGraceMilliseconds else { return }
        let unknown = tables.nodes.values.filter { row in
            row.tombstone == nil && live[row.id] == nil && status(of: row.id) == .unknown
        }
        guard !unknown.isEmpty, live.count >= unknown.count else { return }
        for row in unknown.sorted(by: { $0.ordinal < $1.ordinal }) {
            let seen = tables.nodesSeen[row.id]?.lastSeen ?? row.createdAt
            let contact = contacts[row.id] ?? Moment(monotonic: startedAt, wall: seen)
            var life = newLife(of: row.id, at: contact)
            let silence = now.milliseconds(since: contact.monotonic)
            guard silence > life.staleMilliseconds + settings.startupGraceMilliseconds else { continue }
            contacts[row.id] = nil
            life.status = .unreachable
            life.lostAt = now
            live[row.id] = life
            statusChanged(of: row.id, from: .unknown, to: .unreachable, &change)
        }
    }

    /// Counts nodes that are missing; those with an agent outside the window never count, for they are never moved.
    private func takeCensus(at now: MonotonicInstant?) -> MassLossBrake.Census {
        var census = MassLossBrake.Census()
        for life in live.values {
            switch life.status {
            case .suspect where !life.isIncompatible:
                census.missing += 1
                census.recentlyMissing += 1
            case .unreachable where !life.isIncompatible:
                census.missing += 1
                census.lost += 1
                guard let now, let lostAt = life.lostAt else { continue }
                if now.milliseconds(since: lostAt) <= settings.staleMilliseconds {
                    census.recentlyMissing += 1
                }
            case .suspect, .unreachable: continue
            default: census.present += 1
            }
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

    /// Writes when nodes were last heard from and when credentials were used, all at once and rarely.
    private mutating func writeTelemetry(_ change: inout ChangeSet) {
        let now = change.now.monotonic
        if Self.isDue(&lastSeenWritten, ClusterLimits.lastSeenMilliseconds, now) {
            for (id, life) in live.sorted(by: { $0.key < $1.key }) {
                let row = NodeSeenRow(nodeID: id, lastSeen: life.lastSeen.wall, status: life.status)
                put(.nodeSeen(row), &change, as: .telemetry)
            }
        }
        guard Self.isDue(&tokenUsesWritten, ClusterLimits.tokenUseMilliseconds, now) else { return }
        for (id, used) in tokenUses.sorted(by: { $0.key < $1.key }) {
            guard var row = tables.tokens[id] else { continue }
            row.lastUsed = used
            put(.token(row), &change, as: .telemetry)
        }
        tokenUses = [:]
    }

    /// Whether so much time has passed since the last time; the first time is that of the start.
    private static func isDue(
        _ last: inout MonotonicInstant?, _ milliseconds: Int64, _ now: MonotonicInstant
    ) -> Bool {
        guard let before = last else {
            last = now
            return false
        }
        guard now.milliseconds(since: before) >= milliseconds else { return false }
        last = now
        return true
    }
}
