internal import Model

/// Lets one container serve: starts it by policy and back-off, and takes the others away once it has proved itself.
enum ServeRule {
    static func serve(
        _ record: ContainerRecord, _ track: ReplicaTrack, _ wish: Wish, _ context: PlanContext
    ) -> ReplicaDecision {
        if record.isCondemned, record.state.isAlive {
            if let until = track.cleanup.waitUntil(context.now) { return .wait(until: until) }
            return .now(.stop(record.id, wayBack: nil))
        }
        if let reload = ReloadRule.step(record, track, wish, context) { return .now(reload) }
        if record.state.isAlive || !RestartRule.shallStart(record, policy: wish.restartPolicy) {
            var decision = TidyRule.clear(track, keeping: kept(beside: record, track, wish), context)
            if track.run.failures > 0 { decision.wake(atLatest: track.stableAt(record)) }
            decision.wake(atLatest: ReloadRule.wakeAt(record, track, wish, context))
            return decision
        }
        if let until = track.run.waitUntil(context.now) { return .wait(until: until) }
        let ports = record.specHash == wish.specHash ? wish.hostPorts : record.observed.hostPorts
        guard !HostPort.anyCollide(ports, context.leavingPorts) else {
            return ReplicaDecision(waitsForPort: true)
        }
        if let blocker = blocker(of: record, ports, track, wish) {
            return stop(blocker, for: record, track, wish, context)
        }
        return .now(.start(record.id))
    }

    /// While a container is on trial, the best of the old ones stays.
    private static func kept(
        beside record: ContainerRecord, _ track: ReplicaTrack, _ wish: Wish
    ) -> [ContainerID] {
        guard track.onTrial(wish)?.id == record.id else { return [record.id] }
        let old = track.wayBack(wish) ?? CurrentContainer.old(in: track, wish)
        return [record.id, old?.id].compactMap(\.self)
    }

    /// Another container of the replica that must not run when this one starts: it holds a port of it or writes to a
    /// volume of it, or the order of the change says so; on the way back as on the way there.
    private static func blocker(
        of record: ContainerRecord, _ ports: [HostPort], _ track: ReplicaTrack, _ wish: Wish
    ) -> ContainerRecord? {
        track.containers.first { other in
            guard other.id != record.id, other.state.isAlive else { return false }
            return HostPort.anyCollide(other.observed.hostPorts, ports)
                || SwitchOrder.excludes(wish, record, other)
        }
    }

    private static func stop(
        _ blocker: ContainerRecord, for record: ContainerRecord, _ track: ReplicaTrack, _ wish: Wish,
        _ context: PlanContext
    ) -> ReplicaDecision {
        if let until = track.cleanup.waitUntil(context.now) { return .wait(until: until) }
        let isTrial = track.onTrial(wish)?.id == record.id
        return .now(.stop(blocker.id, wayBack: isTrial ? track.wayBack(wish)?.id : nil))
    }
}
