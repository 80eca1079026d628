internal import Model

/// A replica that shall be stopped: everything is stopped, one container stays for a quick return, and the way back
/// of a change that was not over.
enum StoppedRule {
    static func decide(_ track: ReplicaTrack, _ wish: Wish, _ context: PlanContext) -> ReplicaDecision {
        if let alive = track.containers.first(where: \.state.isAlive) {
            if let until = track.cleanup.waitUntil(context.now) { return .wait(until: until) }
            return .now(.stop(alive.id, wayBack: nil))
        }
        let right = CurrentContainer.right(in: track, wish)
        let keep = track.fallback(wish) ?? right ?? CurrentContainer.old(in: track, wish)
        let wayBack = track.onTrial(wish).flatMap { _ in track.wayBack(wish) }
        return TidyRule.clear(track, keeping: [keep?.id, wayBack?.id].compactMap(\.self), context)
    }
}
