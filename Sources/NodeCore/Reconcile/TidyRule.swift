internal import Model

/// Takes containers away, one step at a time: first stop, then remove.
enum TidyRule {
    static func clear(
        _ track: ReplicaTrack, keeping kept: [ContainerID], _ context: PlanContext
    ) -> ReplicaDecision {
        let others = track.containers.filter { $0.state.isUsable && !kept.contains($0.id) }
        guard let next = others.first(where: \.state.isAlive) ?? others.first else {
            return .wait(until: nil)
        }
        if let until = track.cleanup.waitUntil(context.now) { return .wait(until: until) }
        return next.state.isAlive
            ? .now(.stop(next.id, wayBack: nil)) : .now(.remove(next.id))
    }
}
