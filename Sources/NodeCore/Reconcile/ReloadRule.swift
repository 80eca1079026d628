internal import Model

/// When the files of configs are written anew below a container that runs and is right otherwise.
///
/// One that does not run needs none: its next start writes them. A paused one waits: its program would not hear of it.
enum ReloadRule {
    static func step(
        _ record: ContainerRecord, _ track: ReplicaTrack, _ wish: Wish, _ context: PlanContext
    ) -> ReplicaDecision.Step? {
        guard isDue(record, track, wish), track.reload.waitUntil(context.now) == nil else { return nil }
        return .reload(record.id)
    }

    /// When it is tried again; nil when nothing is to be done.
    static func wakeAt(
        _ record: ContainerRecord, _ track: ReplicaTrack, _ wish: Wish, _ context: PlanContext
    ) -> MonotonicInstant? {
        isDue(record, track, wish) ? track.reload.waitUntil(context.now) : nil
    }

    private static func isDue(_ record: ContainerRecord, _ track: ReplicaTrack, _ wish: Wish) -> Bool {
        record.state == .running && track.lacksReload(record, wish)
    }
}
