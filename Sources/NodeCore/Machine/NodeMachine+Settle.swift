internal import Model

extension NodeMachine {
    /// Decides for every replica something happened to, as far as the lanes have room.
    mutating func settle(at now: Moment) -> [NodeAction] {
        var actions: [NodeAction] = []
        if isPortFreed {
            isPortFreed = false
            queue.add(all: outlines.filter(\.value.waitsForPort).keys)
        }
        let due = queue.takeAll()
        // Before the first decision, since who leaves frees ports for others.
        for id in due { outlines[id] = tracks[id].map(TrackOutline.init) }
        var context: PlanContext?
        for id in due {
            if docker == .current {
                let shared = context ?? planContext(at: now)
                context = shared
                actions += plan(id, shared)
                actions += probe(id, at: now.monotonic)
            }
            conclude(id, at: now)
        }
        assert(outlines == tracks.mapValues(TrackOutline.init), "a track changed without being queued")
        actions += lookAtPorts(at: now.monotonic)
        if persistence.begin(at: now.monotonic) {
            actions.append(flights.begin(.persist, .node, .persistMemory(memory)))
        }
        return actions
    }

    private func planContext(at now: Moment) -> PlanContext {
        PlanContext(now: now.monotonic, hasDocument: document != nil, leavingPorts: leavingPorts())
    }

    /// Ports held by running containers of replicas that shall not run.
    private func leavingPorts() -> [HostPort] {
        guard document != nil else { return [] }
        return outlines.filter(\.value.isLeaving).keys.compactMap { tracks[$0] }
            .flatMap { $0.containers.filter(\.state.isAlive).flatMap(\.observed.hostPorts) }
    }

    private mutating func plan(_ id: AssignmentID, _ context: PlanContext) -> [NodeAction] {
        guard var track = tracks[id] else { return [] }
        track.takeStock(at: context.now)
        track.wakeAt = nil
        track.awaitsMemory = false
        defer { tracks[id] = track }
        guard track.inFlight == nil else {
            track.wakeAt = track.trialDeadline(at: context.now)
            return []
        }
        let decision = ReplicaPlanner.decide(track, context)
        track.wakeAt = decision.wakeAt
        track.waitsForPort = decision.waitsForPort
        if decision.isPreparing { track.unpreparedSince = track.unpreparedSince ?? context.now }
        var actions = pull(decision.image, for: id)
        actions += carryOut(decision.step, &track, at: context.now)
        return actions
    }

    /// What may be here is looked up first, in a lane where no slow registry holds it up.
    private mutating func pull(_ key: PullKey?, for id: AssignmentID) -> [NodeAction] {
        guard let key, !flights.has(.pull(key)) else { return [] }
        let isLookUp = key.mayBeHere && !absentImages.contains(key)
        guard flights.hasRoom(isLookUp ? .quick : .pull) else {
            queue.add(id)
            return []
        }
        guard !isLookUp else {
            return [flights.begin(.pull(key), .quick, .lookUp(image: key.image))]
        }
        let work = NodeAction.Work.pull(image: key.image, policy: key.policy, credential: key.credential)
        return [flights.begin(.pull(key), .pull, work)]
    }

    private mutating func carryOut(
        _ step: ReplicaDecision.Step, _ track: inout ReplicaTrack, at now: MonotonicInstant
    ) -> [NodeAction] {
        guard let lane = Self.lane(of: step), isDurableEnough(for: step, &track) else { return [] }
        guard flights.hasRoom(lane) else {
            queue.add(track.assignmentID)
            return []
        }
        guard let work = work(for: step, &track, at: now) else { return [] }
        track.inFlight = work
        let action = flights.begin(.replica(track.assignmentID), lane, work, for: track.assignmentID)
        if let id = track.containerInFlight, let index = track.index(of: id) {
            track.containers[index].touched = action.id.number
        }
        return [action]
    }

    /// Whether what a crash must not forget is on disk before the step begins; else the write is on its way.
    private func isDurableEnough(for step: ReplicaDecision.Step, _ track: inout ReplicaTrack) -> Bool {
        switch step {
        case .stop(let id, let wayBack): track.isReady(toStop: id, wayBack: wayBack)
        case .start(let id): track.isReady(toStart: id, isDiskWell: persistence.failure == nil)
        case .nothing, .create, .reload, .remove: true
        }
    }

    private static func lane(of step: ReplicaDecision.Step) -> Flights.Lane? {
        switch step {
        case .nothing: nil
        case .create, .start, .reload, .remove: .quick
        case .stop: .stop
        }
    }

    /// The action of a step, with what must be remembered before it begins.
    private mutating func work(
        for step: ReplicaDecision.Step, _ track: inout ReplicaTrack, at now: MonotonicInstant
    ) -> NodeAction.Work? {
        switch step {
        case .nothing: return nil
        case .create(let imageID):
            guard let wish = track.wish else { return nil }
            let name = ContainerName.make(for: wish.replica, ids: &names)
            let identity = ContainerIdentity(
                nodeID: nodeID, epoch: wish.epoch, replica: wish.replica, specHash: wish.specHash)
            return .create(
                ContainerPlan(replica: wish.replica, name: name, identity: identity, imageID: imageID))
        case .start(let id):
            track.willStart(id, at: now)
            return .start(id)
        case .reload(let id):
            track.willReload(id)
            return .reload(id)
        case .stop(let id, _):
            track.willStop(id)
            return .stop(id, graceSecs: track.graceSecs(of: id))
        case .remove(let id): return .remove(id)
        }
    }

    /// After the decision: a replica that is gone becomes a report, changes are marked for memory and status.
    private mutating func conclude(_ id: AssignmentID, at now: Moment) {
        guard var track = tracks[id] else { return }
        if docker == .current, document != nil, track.wish == nil, track.containers.isEmpty,
            track.inFlight == nil
        {
            tracks[id] = nil
            outlines[id] = nil
            removed.add(track, at: now)
            statusVersion += 1
            persistence.changed()
            return
        }
        if track.isMemoryChanged {
            track.isMemoryChanged = false
            if track.wish != nil { persistence.changed() }
        }
        if track.awaitsMemory { persistence.changedUrgently() }
        let mark = StatusMark(track, isDockerKnown: docker == .current, settings)
        if mark != track.statusMark {
            track.statusMark = mark
            track.statusChangedAt = now.wall
            statusVersion += 1
        }
        tracks[id] = track
        outlines[id] = TrackOutline(track)
    }
}
