internal import Model

/// Takes containers away, one step at a time: first stop, then remove.
enum TidyRule {
    static func clear(_ track: ReplicaTrack, keeping: ContainerID?, _ context: PlanContext) -> ReplicaDecision
    {
        let others = track.containers.filter {
            $0.id != keeping && $0.state != .removing && $0.state != .dead
        }
        guard let next = others.first(where: \.state.isAlive) ?? others.first else {
            return .wait(until: nil)
        }
        if let until = track.cleanup.waitUntil(context.now) { return .wait(until: until) }
        return next.state.isAlive
            ? .now(.stop(next.id, keepsForRollback: false)) : .now(.remove(next.id))
    }
}
