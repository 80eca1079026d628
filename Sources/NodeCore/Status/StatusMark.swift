internal import Model

/// What of a replica's status is worth a new time stamp and a new report.
struct StatusMark: Hashable, Sendable {
    var state: InstanceState
    var containerID: ContainerID?
    var generation: UInt64
    var restartCount: UInt32
    var failures: UInt32
    var preparationFailures: UInt32
    var cleanupFailures: UInt32
    var reloadFailures: UInt32
    var rejectedGeneration: UInt64?
    var isOnTrial: Bool
    var awaitsPort: Bool
    /// One a probe, in the order of their kinds.
    var verdicts: [ProbeTrack.Verdict?]

    init(_ track: ReplicaTrack, isDockerKnown: Bool, _ settings: NodeSettings) {
        let status = ReplicaStatus(track, isDockerKnown: isDockerKnown, settings)
        state = status.state
        containerID = status.serving?.id
        generation = status.generation
        restartCount = track.memory.restartCount
        failures = track.run.failures
        preparationFailures = track.prepare.failures
        cleanupFailures = track.cleanup.failures
        reloadFailures = track.reload.failures
        rejectedGeneration = track.rejectedGeneration
        awaitsPort = track.awaitsPort
        verdicts = ProbeKind.allCases.map { status.serving?.health?[$0]?.verdict }
        isOnTrial = track.wish.flatMap { track.onTrial($0) } != nil
    }
}
