internal import Model

/// A replica that shall run: prepare before stop, one right container, a way back when a change fails.
enum RunningRule {
    static func decide(_ track: ReplicaTrack, _ wish: Wish, _ context: PlanContext) -> ReplicaDecision {
        if let fallback = track.fallback(wish) { return ServeRule.serve(fallback, track, wish, context) }
        guard let right = CurrentContainer.right(in: track, wish) else {
            return PrepareRule.decide(track, wish, context)
        }
        var decision = ServeRule.serve(right, track, wish, context)
        decision.wake(atLatest: track.trialDeadline(at: context.now))
        return decision
    }
}
