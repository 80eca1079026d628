internal import Model

/// What a replica does, in the words of the wire.
struct ReplicaStatus: Hashable, Sendable {
    var state: InstanceState
    /// The container that stands for it.
    var serving: ContainerRecord?
    var generation: UInt64
    /// Whether the serving container is what is wished.
    var isRight: Bool
    /// Whether it is, but for files that are to be written anew.
    var awaitsReload: Bool

    init(_ track: ReplicaTrack, isDockerKnown: Bool, _ settings: NodeSettings) {
        let container = Self.serving(track)
        serving = container
        isRight = track.wish.map { $0.specHash == container?.specHash } ?? true
        let isOld = container != nil && !isRight
        awaitsReload = track.wish.flatMap { wish in container.map { track.lacksReload($0, wish) } } ?? false
        let lingering = isOld || awaitsReload ? nil : Self.lingering(track)
        generation =
            if let container, isOld || awaitsReload {
                track.servedGeneration(container)
            } else if let lingering {
                // Ports that were exchanged within one generation are the older one's all the same.
                min(track.servedGeneration(lingering), max(1, track.origin.generation) - 1)
            } else {
                track.origin.generation
            }
        state = isDockerKnown ? Self.state(track, container, settings) : .unknown
    }

    private static func serving(_ track: ReplicaTrack) -> ContainerRecord? {
        guard let wish = track.wish else {
            return track.containers.first(where: \.state.isAlive) ?? track.containers.first
        }
        if let fallback = track.fallback(wish) { return fallback }
        let right = CurrentContainer.right(in: track, wish)
        let old = CurrentContainer.old(in: track, wish)
        if right?.state.isAlive != true, let old, old.state.isAlive { return old }
        return right ?? old
    }

    /// An old container with host ports that the wished one does not have: while it is there it may hold them, or
    /// take them again on the way back, so the change is not complete and the ports are not free.
    private static func lingering(_ track: ReplicaTrack) -> ContainerRecord? {
        guard let wish = track.wish else { return nil }
        return track.containers.first { old in
            old.specHash != wish.specHash && old.state.isUsable
                && old.observed.hostPorts.contains { !wish.hostPorts.contains($0) }
        }
    }

    private static func state(
        _ track: ReplicaTrack, _ serving: ContainerRecord?, _ settings: NodeSettings
    ) -> InstanceState {
        if serving?.state.isAlive == true { return .running }
        guard let wish = track.wish, wish.replica.desiredState == .running else { return .stopped }
        if let serving, serving.specHash == wish.specHash,
            !RestartRule.shallStart(serving, policy: wish.restartPolicy)
        {
            return serving.state.exitCode == 0 ? .stopped : .failed
        }
        return isPastLimit(track, settings) ? .failed : .pending
    }

    static func isPastLimit(_ track: ReplicaTrack, _ settings: NodeSettings) -> Bool {
        guard settings.restartFailureLimit > 0 else { return false }
        return max(track.run.failures, track.prepare.failures) >= settings.restartFailureLimit
    }
}
