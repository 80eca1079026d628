internal import Model

extension NodeMachine {
    /// Takes a result to the one who waits for it.
    mutating func finish(
        _ flight: Flights.Flight, issued: UInt64, _ result: ActionResult, at now: Moment
    ) -> [NodeAction] {
        if flight.purpose != .persist, case .failed(let failure) = result, failure.kind == .dockerUnreachable
        {
            lostDocker(during: flight, failure, at: now)
            return []
        }
        switch flight.purpose {
        case .persist: finishPersisting(flight.work, result, at: now)
        case .list: finishList(result, issued: issued, at: now)
        case .inspect(let id): finishInspection(of: id, result, issued: issued, at: now)
        case .pull(let key): finishPull(key, result, at: now)
        case .images: finishImage(flight.work, result, at: now)
        case .ports: finishPorts(result)
        case .probe(let id, let kind, let run): finishProbe(of: id, kind, run: run, result, at: now)
        case .replica(let owner): return finishStep(of: owner, flight.work, result, at: now)
        }
        return []
    }

    private mutating func lostDocker(during flight: Flights.Flight, _ failure: ActionFailure, at now: Moment)
    {
        if case .replica(let owner) = flight.purpose { tracks[owner]?.inFlight = nil }
        loseDocker(reason: failure.detail, at: now)
    }

    /// Stops that waited for their way back to be on disk may begin.
    private mutating func finishPersisting(_ work: NodeAction.Work, _ result: ActionResult, at now: Moment) {
        let failure = result == .memoryPersisted ? nil : Self.words(of: result)
        if failure != persistence.failure { statusVersion += 1 }
        persistence.ended(failure: failure, at: now.monotonic)
        queue.add(all: tracks.values.filter(\.awaitsMemory).map(\.assignmentID))
        guard failure == nil, case .persistMemory(let memory) = work else { return }
        for replica in memory.replicas { tracks[replica.assignmentID]?.durable = replica }
    }

    private mutating func finishList(_ result: ActionResult, issued: UInt64, at now: Moment) {
        guard case .containersListed(let list) = result else {
            // Docker answers but cannot list: asked again soon, and until then nothing is decided anew.
            loseDocker(reason: "the list of containers failed: \(Self.words(of: result))", at: now)
            return
        }
        listed(list, issued: issued, at: now)
    }

    private mutating func finishInspection(
        of id: ContainerID, _ result: ActionResult, issued: UInt64, at now: Moment
    ) {
        guard case .containerInspected(let fact) = result else { return }
        if let fact { return observed(fact, issued: issued, isCounted: true, at: now) }
        guard let owner = owners[id], let record = tracks[owner]?.record(id), record.touched < issued else {
            return
        }
        forget(id, of: owner, at: now)
    }

    /// All replicas that lack this image share the outcome.
    private mutating func finishPull(_ key: PullKey, _ answer: ActionResult, at now: Moment) {
        var result = answer
        if result == .imageAbsent {
            guard key.policy == .never else { return absentImage(key) }
            result = .failed(
                ActionFailure(.imageNotFound, "it is not on this node and the pull policy is never"))
        }
        absentImages.remove(key)
        if case .imageReady(let imageID, _, true) = result { notePull(imageID, key.image, at: now) }
        for id in tracks.keys.sorted() {
            guard let wish = tracks[id]?.wish, wish.pullKey == key, tracks[id]?.unpreparedSince != nil else {
                continue
            }
            queue.add(id)
            if case .imageReady(let imageID, let digest, _) = result {
                tracks[id]?.readyImage = .init(specHash: wish.specHash, imageID: imageID)
                guard let digest else { continue }
                tracks[id]?.resolved(
                    .init(specHash: wish.specHash, image: wish.replica.container.image, digest: digest))
            } else {
                let reason = StatusWords.pullFailed(image: key.image, Self.failure(of: result))
                tracks[id]?.prepare.failed(reason, .prepare, at: now.monotonic)
            }
        }
    }

    /// It is not here, so it is pulled next.
    private mutating func absentImage(_ key: PullKey) {
        let waiting = tracks.values.filter { $0.wish?.pullKey == key && $0.unpreparedSince != nil }
        guard !waiting.isEmpty else { return }
        absentImages.insert(key)
        queue.add(all: waiting.map(\.assignmentID))
    }

    private mutating func finishStep(
        of owner: AssignmentID, _ work: NodeAction.Work, _ result: ActionResult, at now: Moment
    ) -> [NodeAction] {
        tracks[owner]?.inFlight = nil
        queue.add(owner)
        switch (work, result) {
        case (.create(let plan), .containerCreated(let id)): created(id, plan, owner: owner, at: now)
        case (.create, _): creationFailed(of: owner, Self.failure(of: result), at: now)
        case (.start(let id), .containerStarted): return started(id, owner: owner, at: now)
        case (.start(let id), .containerStartedAsBefore):
            tracks[owner]?.startedAsBefore(id)
            return started(id, owner: owner, at: now)
        case (.start(let id), _): startFailed(id, owner: owner, Self.failure(of: result), at: now)
        case (.reload(let id), .containerReloaded): tracks[owner]?.reloaded(id)
        case (.reload(let id), _): reloadFailed(id, owner: owner, Self.failure(of: result), at: now)
        case (.stop(let id, _), .containerStopped):
            became(.exited(code: tracks[owner]?.record(id)?.state.exitCode), id, of: owner, at: now)
            tracks[owner]?.cleanup.reset()
        case (.remove(let id), .containerRemoved):
            forget(id, of: owner, at: now)
            tracks[owner]?.cleanup.reset()
        case (.stop(let id, _), _), (.remove(let id), _):
            cleanupFailed(id, owner: owner, Self.failure(of: result), at: now)
        default: break
        }
        return []
    }

    private mutating func created(
        _ id: ContainerID, _ plan: ContainerPlan, owner: AssignmentID, at now: Moment
    ) {
        tracks[owner]?.prepare.reset()
        tracks[owner]?.run.reset()
        tracks[owner]?.unpreparedSince = nil
        tracks[owner]?.readyImage = nil
        guard owners[id] == nil, tombstones[id] == nil else {
            // An inspection found it before its own result came.
            tracks[owner]?.noteOwnWork(on: id)
            return
        }
        owners[id] = owner
        let fact = ObservedContainer(
            id: id, name: plan.name, identity: plan.identity, state: .created, imageID: plan.imageID,
            hostPorts: HostPort.of(plan.replica))
        tracks[owner]?.add(
            ContainerRecord(
                observed: fact, identity: plan.identity, touched: flights.tick(), isAttemptOpen: false))
    }

    private mutating func creationFailed(of owner: AssignmentID, _ failure: ActionFailure, at now: Moment) {
        if failure.kind == .imageGone { tracks[owner]?.readyImage = nil }
        tracks[owner]?.prepare.failed(StatusWords.createFailed(failure), .prepare, at: now.monotonic)
    }

    private mutating func started(_ id: ContainerID, owner: AssignmentID, at now: Moment) -> [NodeAction] {
        guard let record = tracks[owner]?.record(id) else { return [] }
        if record.isRestart { tracks[owner]?.memory.restartCount += 1 }
        tracks[owner]?.isPortTaken = false
        tracks[owner]?.noteOwnWork(on: id)
        guard !record.isUncertain else { return inspect(id) }
        became(.running, id, of: owner, at: now)
        return []
    }

    private mutating func startFailed(
        _ id: ContainerID, owner: AssignmentID, _ failure: ActionFailure, at now: Moment
    ) {
        guard failure.kind != .containerGone else { return forget(id, of: owner, at: now) }
        tracks[owner]?.isPortTaken = failure.kind == .portTaken
        if failure.kind == .startBarred,
            tracks[owner]?.startBarred(id, StatusWords.startFailed(failure), at: now.monotonic) == true
        {
            return
        }
        tracks[owner]?.startFailed(
            id, StatusWords.startFailed(failure), failure.kind, settings, at: now.monotonic)
    }

    private mutating func cleanupFailed(
        _ id: ContainerID, owner: AssignmentID, _ failure: ActionFailure, at now: Moment
    ) {
        guard failure.kind != .containerGone else { return forget(id, of: owner, at: now) }
        tracks[owner]?.cleanup.failed(StatusWords.cleanupFailed(failure), .cleanup, at: now.monotonic)
    }

    private mutating func reloadFailed(
        _ id: ContainerID, owner: AssignmentID, _ failure: ActionFailure, at now: Moment
    ) {
        guard failure.kind != .containerGone else { return forget(id, of: owner, at: now) }
        tracks[owner]?.reload.failed(failure.detail, .reload, isCrash: false, at: now.monotonic)
    }

    private static func failure(of result: ActionResult) -> ActionFailure {
        if case .failed(let failure) = result { return failure }
        return ActionFailure(.other, "the result does not belong to the action")
    }

    static func words(of result: ActionResult) -> String { failure(of: result).detail }
}
