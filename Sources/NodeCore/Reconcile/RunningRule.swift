internal import Model

/// A replica that shall run: prepare before stop, one right container, a way back when a change fails.
enum RunningRule {
    static func decide(_ track: ReplicaTrack, _ wish: Wish, _ context: PlanContext) -> ReplicaDecision {
        if track.memory.rejected?.specHash == wish.specHash, let old = CurrentContainer.old(in: track, wish) {
            return ServeRule.serve(old, track, wish, context)
        }
        if let right = CurrentContainer.right(in: track, wish) {
            return ServeRule.serve(right, track, wish, context)
        }
        return PrepareRule.decide(track, wish, context)
    }
}
