internal import Model

extension NodeMachine {
    mutating func loseDocker(reason: String, at now: Moment) {
        if case .unreachable(let known, let since) = docker {
            guard known != reason else { return }
            docker = .unreachable(reason: reason, since: since ?? now.wall)
            statusVersion += 1
            return
        }
        docker = .unreachable(reason: reason, since: now.wall)
        statusVersion += 1
        flights.abandonDocker()
        absentImages = []
        resyncAt = nil
        for id in tracks.keys { tracks[id]?.dockerLost() }
        queue.add(all: tracks.keys)
    }

    /// Asks for all containers, unless that is under way.
    mutating func list() -> [NodeAction] {
        guard !flights.has(.list) else { return [] }
        return [flights.begin(.list, .node, .listContainers)]
    }

    /// Asks for one container; too many questions become one list.
    mutating func inspect(_ id: ContainerID) -> [NodeAction] {
        guard !flights.has(.inspect(id)) else { return [] }
        guard flights.hasRoom(.inspect) else { return list() }
        return [flights.begin(.inspect(id), .inspect, .inspect(id), for: owners[id])]
    }

    /// Takes an event as a word about a container; what is not understood is inspected.
    mutating func hear(_ change: ContainerChange, of id: ContainerID, at now: Moment) -> [NodeAction] {
        guard let owner = owners[id] else { return change == .removed ? [] : inspect(id) }
        queue.add(owner)
        switch change {
        case .started(let startedAt):
            if let index = tracks[owner]?.index(of: id) {
                tracks[owner]?.containers[index].observed.startedAt = startedAt ?? now.wall
            }
            became(.running, id, of: owner, at: now)
        case .paused: became(.paused, id, of: owner, at: now)
        case .exited(let code): return heardExit(of: id, code: code, owner: owner, at: now)
        case .removed: forget(id, of: owner, at: now)
        case .unclear: return inspect(id)
        }
        return []
    }

    /// An exit heard while a start is under way may belong to the run before it: the container is asked later.
    private mutating func heardExit(
        of id: ContainerID, code: Int32?, owner: AssignmentID, at now: Moment
    ) -> [NodeAction] {
        guard let track = tracks[owner], let index = track.index(of: id) else { return [] }
        if track.isStarting, track.containerInFlight == id {
            tracks[owner]?.containers[index].isUncertain = true
        } else {
            became(.exited(code: code), id, of: owner, at: now)
        }
        return []
    }

    /// A complete list, as of logical time `issued`; younger words about a container are believed instead.
    mutating func listed(_ list: [ObservedContainer], issued: UInt64, at now: Moment) {
        let afterOutage = docker == .listing
        docker = .current
        // From the first list on reports are full, which is news.
        if !hasListed { statusVersion += 1 }
        hasListed = true
        resyncAt = now.monotonic.adding(milliseconds: max(settings.resyncMilliseconds, 1000))
        for fact in list.sorted(by: { $0.id < $1.id }) {
            observed(fact, issued: issued, isCounted: !afterOutage, at: now)
        }
        let present = Set(list.map(\.id))
        for id in owners.keys.sorted() where !present.contains(id) {
            guard let owner = owners[id], let track = tracks[owner], let record = track.record(id),
                record.touched < issued, track.containerInFlight != id
            else { continue }
            forget(id, of: owner, at: now)
        }
        tombstones = tombstones.filter { $0.value > issued }
        queue.add(all: tracks.keys)
    }

    /// One container as of logical time `issued`.
    mutating func observed(_ fact: ObservedContainer, issued: UInt64, isCounted: Bool, at now: Moment) {
        guard let identity = fact.identity, identity.nodeID == nodeID,
            tombstones[fact.id, default: 0] < issued
        else { return }
        guard let owner = owners[fact.id] else { return adopt(fact, identity, at: now) }
        guard let track = tracks[owner], let index = track.index(of: fact.id),
            track.containers[index].touched < issued, track.containerInFlight != fact.id
        else { return }
        queue.add(owner)
        let merged = Self.merged(fact, over: track.containers[index].observed)
        tracks[owner]?.containers[index].observed = merged
        became(fact.state, fact.id, of: owner, isCounted: isCounted, at: now)
    }

    /// A list does not show the ports of ended containers; what was known stays.
    private static func merged(_ fact: ObservedContainer, over known: ObservedContainer) -> ObservedContainer
    {
        var merged = fact
        merged.state = known.state
        if merged.hostPorts.isEmpty { merged.hostPorts = known.hostPorts }
        if merged.imageID.isEmpty { merged.imageID = known.imageID }
        merged.startedAt = fact.startedAt ?? known.startedAt
        return merged
    }

    private mutating func adopt(_ fact: ObservedContainer, _ identity: ContainerIdentity, at now: Moment) {
        let owner = identity.assignmentID
        if tracks[owner] == nil {
            tracks[owner] = ReplicaTrack(found: identity, memory: inherited[owner], at: now)
        }
        removed.forget(owner)
        owners[fact.id] = owner
        var record = ContainerRecord(
            observed: fact, identity: identity, touched: flights.tick(), isAttemptOpen: fact.state.isAlive)
        let memory = tracks[owner]?.memory
        record.stoppedByUs =
            !fact.state.isAlive
            && (memory?.stoppedContainerID == fact.id || memory?.switching?.keptContainerID == fact.id)
        record.runningSince = fact.state.isAlive ? now.monotonic : nil
        record.isInherited = true
        record.isFoundRunning = fact.state.isAlive
        tracks[owner]?.add(record)
        queue.add(owner)
    }

    mutating func became(
        _ state: ContainerRunState, _ id: ContainerID, of owner: AssignmentID, isCounted: Bool = true,
        at now: Moment
    ) {
        guard let index = tracks[owner]?.index(of: id) else { return }
        tracks[owner]?.containers[index].touched = flights.tick()
        tracks[owner]?.became(state, id, isCounted: isCounted, settings, at: now.monotonic)
        if !state.isAlive { isPortFreed = true }
        queue.add(owner)
    }

    /// A container is gone.
    mutating func forget(_ id: ContainerID, of owner: AssignmentID, at now: Moment) {
        if let image = tracks[owner]?.record(id)?.observed.imageID { noteUnused(image, at: now) }
        tracks[owner]?.vanished(id)
        owners[id] = nil
        tombstones[id] = flights.tick()
        isPortFreed = true
        queue.add(owner)
    }
}
