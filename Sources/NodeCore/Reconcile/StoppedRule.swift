internal import Model

/// A replica that shall be stopped: everything is stopped, one container stays for a quick return.
enum StoppedRule {
    static func decide(_ track: ReplicaTrack, _ wish: Wish, _ context: PlanContext) -> ReplicaDecision {
        if let alive = track.containers.first(where: \.state.isAlive) {
            if let until = track.cleanup.waitUntil(context.now) { return .wait(until: until) }
            return .now(.stop(alive.id, keepsForRollback: false))
        }
        let keep = CurrentContainer.right(in: track, wish) ?? CurrentContainer.old(in: track, wish)
        return TidyRule.clear(track, keeping: keep?.id, context)
    }
}
