/// Decides which replicas of an update may go to the new generation now.
///
/// A value over what is known of the replicas; it takes down at most `maxUnavailable` of them by its own hand.
/// Replicas that are down anyway, and those whose container stays as it is, go first and cost nothing; replicas on
/// nodes that are not heard from are counted as down and left alone.
struct RolloutStateMachine: Sendable {
    /// What is known of the additional placement that shall take a replica's place.
    enum Arrival: Hashable, Sendable {
        /// There is none.
        case none
        /// It is not healthy yet.
        case awaited
        /// It is healthy: the former one can go.
        case healthy
    }

    /// What is known of one replica.
    struct Replica: Hashable, Sendable {
        var number: Int
        var generation: UInt64
        /// Whether it serves as far as its node is heard from; at the new generation, whether for long enough.
        var isAvailable: Bool
        /// Whether it can be taken to the new generation: its node is heard from and acts on what it is told.
        var isReachable: Bool
        /// Whether the new generation is the same container where it stands.
        var isUnchanged = false
        var arrival = Arrival.none
    }

    /// What may be done now.
    struct Step: Hashable, Sendable {
        /// Replicas whose additional placement takes over.
        var promoted: [Int] = []
        /// Replicas that go to the new generation where they stand.
        var advanced: [Int] = []
        /// Replicas that get an additional placement of the new generation.
        var surged: [Int] = []
        /// How many of the surged may go where they stand instead, where there is no room.
        var spare = 0

        var isEmpty: Bool { promoted.isEmpty && advanced.isEmpty && surged.isEmpty }
    }

    /// What to do next.
    enum Action: Hashable, Sendable {
        /// Every replica shall run the generation already.
        case finish
        /// This may be done now.
        case take(Step)
        /// Nothing may be taken down now; so many replicas do not serve.
        case wait(unavailable: Int)
    }

    let generation: UInt64
    let maxUnavailable: Int
    var maxSurge = 0

    /// Takes in what is known of the replicas, by number, and tells the next step.
    func replicasObserved(_ replicas: [Replica]) -> Action {
        let outdated = replicas.filter { $0.generation != generation }
        guard !outdated.isEmpty else { return .finish }
        var step = Step(promoted: outdated.filter { $0.arrival == .healthy }.map(\.number))
        let standing = outdated.filter { $0.arrival == .none && $0.isReachable }
        let isFree = { (replica: Replica) in replica.isUnchanged || !replica.isAvailable }
        step.advanced = standing.filter(isFree).map(\.number)
        let serving = standing.filter { !isFree($0) }.map(\.number)
        let unavailable = replicas.count { !$0.isAvailable }
        let budget = max(0, maxUnavailable - unavailable)
        if maxSurge == 0 {
            step.advanced = (step.advanced + serving.prefix(budget)).sorted()
        } else {
            let arriving = outdated.count { $0.arrival == .awaited }
            step.surged = Array(serving.prefix(max(0, maxSurge - arriving)))
            step.spare = budget
        }
        return step.isEmpty ? .wait(unavailable: unavailable) : .take(step)
    }
}
