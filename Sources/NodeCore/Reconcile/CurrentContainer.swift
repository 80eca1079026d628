internal import Model

/// Chooses which container stands for a replica; never by age of generation, always by spec hash.
enum CurrentContainer {
    /// The best container of the wished hash.
    static func right(in track: ReplicaTrack, _ wish: Wish) -> ContainerRecord? {
        best(track, track.containers.filter { $0.specHash == wish.specHash })
    }

    /// The best container of another hash: the kept one, else the one that worked last.
    static func old(in track: ReplicaTrack, _ wish: Wish) -> ContainerRecord? {
        best(track, track.containers.filter { $0.specHash != wish.specHash })
    }

    /// The most trusted of several.
    static func best(_ track: ReplicaTrack, _ candidates: [ContainerRecord]) -> ContainerRecord? {
        candidates.filter(\.state.isUsable)
            .max { rank(track, $0) < rank(track, $1) }
    }

    /// Running before ended, the kept and the known-good one before others, ended before never started, then by id.
    private static func rank(_ track: ReplicaTrack, _ record: ContainerRecord) -> (Int, Int, Int, ContainerID)
    {
        let alive = record.state.isAlive ? 1 : 0
        let isKept = track.memory.switching?.keptContainerID == record.id
        let trust = isKept ? 2 : track.memory.knownGood?.containerID == record.id ? 1 : 0
        return (alive, trust, record.state.hasExited ? 1 : 0, record.id)
    }
}
