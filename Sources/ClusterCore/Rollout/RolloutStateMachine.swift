/// Decides which replicas of an update may go to the new generation now.
///
/// A value over what is known of the replicas; it takes down at most `maxUnavailable` of them by its own hand.
/// Replicas that are down anyway go first and cost nothing; replicas on nodes that are not heard from are counted
/// as down and left alone.
struct RolloutStateMachine: Sendable {
    /// What is known of one replica.
    struct Replica: Hashable, Sendable {
        var number: Int
        var generation: UInt64
        /// Whether it serves.
        var isAvailable: Bool
        /// Whether its node is heard from.
        var isReachable: Bool
    }

    /// What to do next.
    enum Action: Hashable, Sendable {
        /// Every replica shall run the generation already.
        case finish
        /// These replicas go to the new generation.
        case advance([Int])
        /// Nothing may be taken down now; so many replicas do not serve.
        case wait(unavailable: Int)
    }

    let generation: UInt64
    let maxUnavailable: Int

    /// Takes in what is known of the replicas, by number, and tells the next step.
    func replicasObserved(_ replicas: [Replica]) -> Action {
        let outdated = replicas.filter { $0.generation != generation }
        guard !outdated.isEmpty else { return .finish }
        let unavailable = replicas.count { !$0.isAvailable }
        let down = outdated.filter { !$0.isAvailable && $0.isReachable }
        let budget = max(0, maxUnavailable - unavailable)
        let next = down + outdated.filter(\.isAvailable).prefix(budget)
        return next.isEmpty ? .wait(unavailable: unavailable) : .advance(next.map(\.number).sorted())
    }
}
