import Model

/// How much a node is wanted for the next replica; the smallest wins.
///
/// Affinity, then anti-affinity, then the fewest replicas of the same deployment, then the least committed, then
/// the node whose turn it is. `spread` puts the count of replicas first. A few words only: a plan has one for every
/// node and compares them at each placement.
struct PlacementScore: Comparable, Sendable {
    /// Missed affinity, hit anti-affinity and the count of replicas, the first that differs in the highest bits.
    private var wish: UInt64
    private var committed: Double
    private var turn: UInt64
    /// How often the node was chosen by this request.
    private var rounds: UInt32

    init(
        _ preferences: PlacementPreferences, _ node: NodeIndex.Standing, replicaCount: Int, committed: Double,
        rounds: UInt32, turn: UInt64
    ) {
        let misses: UInt64 = preferences.missesAffinity(node) ? 1 : 0
        let hits: UInt64 = preferences.hitsAntiAffinity(node) ? 1 : 0
        let count = UInt64(replicaCount)
        wish = preferences.spreads ? count << 2 | misses << 1 | hits : misses << 63 | hits << 62 | count
        self.committed = committed
        self.rounds = rounds
        self.turn = turn
    }

    /// The score of the same node once it was given one more replica.
    func next(_ preferences: PlacementPreferences, committed: Double, turn: UInt64) -> PlacementScore {
        var next = self
        next.wish += preferences.spreads ? 1 << 2 : 1
        next.committed = committed
        next.rounds += 1
        next.turn = turn
        return next
    }

    /// Compares two scores of one request.
    static func < (left: Self, right: Self) -> Bool {
        if left.wish != right.wish { return left.wish < right.wish }
        if left.committed != right.committed { return left.committed < right.committed }
        if left.rounds != right.rounds { return left.rounds < right.rounds }
        return left.turn < right.turn
    }
}
