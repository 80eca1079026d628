internal import Model

/// What to do next for one replica.
struct ReplicaDecision: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        /// Nothing before the next event or `wakeAt`.
        case nothing
        case create(imageID: String)
        case start(ContainerID)
        case reload(ContainerID)
        /// `wayBack` is started again when the change this stop belongs to fails; it is on disk first.
        case stop(ContainerID, wayBack: ContainerID?)
        case remove(ContainerID)
    }

    var step: Step = .nothing
    /// An image to make ready beside the step.
    var image: PullKey?
    var wakeAt: MonotonicInstant?
    var waitsForPort = false
    /// Whether a container of the wished hash is still to be made.
    var isPreparing = false

    static func now(_ step: Step) -> ReplicaDecision { ReplicaDecision(step: step) }
    static func wait(until moment: MonotonicInstant?) -> ReplicaDecision { ReplicaDecision(wakeAt: moment) }

    mutating func wake(atLatest moment: MonotonicInstant?) {
        guard let moment else { return }
        wakeAt = wakeAt.map { min($0, moment) } ?? moment
    }
}
