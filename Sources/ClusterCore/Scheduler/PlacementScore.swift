/// How much a node is wanted for the next replica; the smallest wins.
///
/// Affinity, then anti-affinity, then the fewest replicas of the same deployment, then the least committed, then
/// the node whose turn it is. `spread` puts the count of replicas first.
struct PlacementScore: Comparable, Sendable {
    private let spreads: Bool
    private let missesAffinity: Bool
    private let hitsAntiAffinity: Bool
    private var replicaCount: Int
    private var committed: Double
    /// How often the node was chosen by this request.
    private var rounds: Int
    private var turn: UInt64

    init(
        _ preferences: PlacementPreferences, _ node: NodeIndex.Standing, replicaCount: Int, committed: Double,
        rounds: Int, turn: UInt64
    ) {
        spreads = preferences.spreads
        missesAffinity = preferences.missesAffinity(node)
        hitsAntiAffinity = preferences.hitsAntiAffinity(node)
        self.replicaCount = replicaCount
        self.committed = committed
        self.rounds = rounds
        self.turn = turn
    }

    /// The score of the same node once it was given one more replica.
    func next(committed: Double, turn: UInt64) -> PlacementScore {
        var next = self
        next.replicaCount += 1
        next.committed = committed
        next.rounds += 1
        next.turn = turn
        return next
    }

    /// Compares two scores of one request.
    static func < (left: Self, right: Self) -> Bool {
        if left.spreads, left.replicaCount != right.replicaCount {
            return left.replicaCount < right.replicaCount
        }
        if left.missesAffinity != right.missesAffinity { return right.missesAffinity }
        if left.hitsAntiAffinity != right.hitsAntiAffinity { return right.hitsAntiAffinity }
        if left.replicaCount != right.replicaCount { return left.replicaCount < right.replicaCount }
        if left.committed != right.committed { return left.committed < right.committed }
        if left.rounds != right.rounds { return left.rounds < right.rounds }
        return left.turn < right.turn
    }
}
