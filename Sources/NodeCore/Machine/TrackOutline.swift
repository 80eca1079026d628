internal import Model

/// What is asked of all tracks after every event, beside them: a track is large, and an event is mostly about one.
struct TrackOutline: Equatable, Sendable {
    /// When time alone changes something.
    let wakeAt: MonotonicInstant?
    /// Whether only a port that somebody else of ours holds keeps it from starting.
    let waitsForPort: Bool
    /// Whether its newest generation waits for a port of another program.
    let awaitsPort: Bool
    /// Whether it shall not run.
    let isLeaving: Bool

    init(_ track: ReplicaTrack) {
        wakeAt = track.wakeAt
        waitsForPort = track.waitsForPort
        awaitsPort = track.awaitsPort
        isLeaving = track.wish?.replica.desiredState != .running
    }
}
