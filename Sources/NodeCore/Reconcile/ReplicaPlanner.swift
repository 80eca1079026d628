internal import Model

/// Chooses the next step of one replica from what is wished, seen and remembered.
enum ReplicaPlanner {
    static func decide(_ track: ReplicaTrack, _ context: PlanContext) -> ReplicaDecision {
        if track.containers.contains(where: \.isUncertain) { return .wait(until: nil) }
        if let dead = track.containers.first(where: { $0.state == .dead }), context.hasDocument,
            track.cleanup.waitUntil(context.now) == nil
        {
            return .now(.remove(dead.id))
        }
        guard let wish = track.wish else {
            return context.hasDocument ? TidyRule.clear(track, keeping: [], context) : .wait(until: nil)
        }
        switch wish.replica.desiredState {
        case .running: return RunningRule.decide(track, wish, context)
        case .stopped: return StoppedRule.decide(track, wish, context)
        }
    }
}
