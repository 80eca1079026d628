internal import Model

/// Lets one container serve: starts it by policy and back-off, and takes the others away once it runs.
enum ServeRule {
    static func serve(
        _ record: ContainerRecord, _ track: ReplicaTrack, _ wish: Wish, _ context: PlanContext
    ) -> ReplicaDecision {
        if record.state.isAlive || !RestartRule.shallStart(record, policy: wish.restartPolicy) {
            var decision = TidyRule.clear(track, keeping: record.id, context)
            if track.run.failures > 0 { decision.wake(atLatest: track.stableAt(record)) }
            return decision
        }
        if let until = track.run.waitUntil(context.now) { return .wait(until: until) }
        let ports = record.specHash == wish.specHash ? wish.hostPorts : record.observed.hostPorts
        if let blocker = blocker(of: record, ports, track) {
            return stop(blocker, for: record, track, wish, context)
        }
        guard !HostPort.anyCollide(ports, context.leavingPorts) else {
            return ReplicaDecision(waitsForPort: true)
        }
        return .now(.start(record.id))
    }

    /// Another container of the replica that holds a port the starting one needs.
    private static func blocker(
        of record: ContainerRecord, _ ports: [HostPort], _ track: ReplicaTrack
    ) -> ContainerRecord? {
        track.containers.first {
            $0.id != record.id && $0.state.isAlive && HostPort.anyCollide($0.observed.hostPorts, ports)
        }
    }

    private static func stop(
        _ blocker: ContainerRecord, for record: ContainerRecord, _ track: ReplicaTrack, _ wish: Wish,
        _ context: PlanContext
    ) -> ReplicaDecision {
        if let until = track.cleanup.waitUntil(context.now) { return .wait(until: until) }
        let isChange = record.specHash == wish.specHash && blocker.specHash != wish.specHash
        return .now(.stop(blocker.id, keepsForRollback: isChange))
    }
}
