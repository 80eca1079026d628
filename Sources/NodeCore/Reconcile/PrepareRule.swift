internal import Model

/// No container of the wished hash exists: image, then creation; meanwhile the old container keeps its promise.
enum PrepareRule {
    static func decide(_ track: ReplicaTrack, _ wish: Wish, _ context: PlanContext) -> ReplicaDecision {
        var decision = ReplicaDecision(isPreparing: true)
        let waiting = track.prepare.waitUntil(context.now)
        if let ready = track.readyImage, ready.specHash == wish.specHash, waiting == nil {
            decision.step = .create(imageID: ready.imageID)
            return decision
        }
        if waiting == nil { decision.image = wish.pullKey }
        decision.wake(atLatest: waiting)
        stopCondemned(track, wish, context, &decision)
        keepOld(track, wish, context, &decision)
        stopSurplus(track, wish, context, &decision)
        return decision
    }

    /// The old container serves meanwhile, and a probe demands that it is started anew.
    private static func stopCondemned(
        _ track: ReplicaTrack, _ wish: Wish, _ context: PlanContext, _ decision: inout ReplicaDecision
    ) {
        guard let old = CurrentContainer.old(in: track, wish), old.isCondemned, old.state.isAlive else {
            return
        }
        if let until = track.cleanup.waitUntil(context.now) { return decision.wake(atLatest: until) }
        decision.step = .stop(old.id, wayBack: nil)
    }

    /// A declaration that came during a change leaves two containers running; only the better one serves on.
    private static func stopSurplus(
        _ track: ReplicaTrack, _ wish: Wish, _ context: PlanContext, _ decision: inout ReplicaDecision
    ) {
        guard decision.step == .nothing, let old = CurrentContainer.old(in: track, wish),
            let surplus = track.containers.first(where: { $0.id != old.id && $0.state.isAlive })
        else { return }
        if let until = track.cleanup.waitUntil(context.now) { return decision.wake(atLatest: until) }
        decision.step = .stop(surplus.id, wayBack: nil)
    }

    /// Starts the old container again when it ended and the new one takes too long or cannot be prepared.
    private static func keepOld(
        _ track: ReplicaTrack, _ wish: Wish, _ context: PlanContext, _ decision: inout ReplicaDecision
    ) {
        guard let old = ended(track, wish) else { return }
        guard RestartRule.shallStart(old, policy: wish.restartPolicy) else { return }
        let patience = (track.unpreparedSince ?? context.now)
            .adding(milliseconds: NodeLimits.keepOldAfterMilliseconds)
        if track.prepare.failures == 0, patience > context.now { return decision.wake(atLatest: patience) }
        if let until = track.run.waitUntil(context.now) { return decision.wake(atLatest: until) }
        guard !HostPort.anyCollide(old.observed.hostPorts, context.leavingPorts) else {
            decision.waitsForPort = true
            return
        }
        decision.step = .start(old.id)
    }

    /// The old container that ended by itself, else the one that was stopped for a change that is not over.
    ///
    /// In this order: what ran last goes on, so that going back stays one step.
    private static func ended(_ track: ReplicaTrack, _ wish: Wish) -> ContainerRecord? {
        let others = track.containers.filter { $0.specHash != wish.specHash && $0.state.isUsable }
        guard !others.contains(where: \.state.isAlive) else { return nil }
        return CurrentContainer.best(
            track, others.filter { $0.state.hasExited && (!$0.stoppedByUs || $0.isCondemned) })
            ?? others.first { $0.id == track.memory.switching?.keptContainerID }
    }
}
