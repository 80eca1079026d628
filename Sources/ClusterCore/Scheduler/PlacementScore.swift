import Model

/// How much a node is wanted for the next replica; the smallest wins.
///
/// Affinity, then anti-affinity, then the fewest replicas of the same deployment, then the least committed, then
/// the node whose turn it is. `spread` puts the count of replicas first.
struct PlacementScore: Comparable, Sendable {
    private let spreadCount: Int
    private let missesAffinity: Bool
    private let hitsAntiAffinity: Bool
    private let replicaCount: Int
    private let committed: Double
    private let rounds: Int
    private let turn: UInt64

    init(_ candidate: Candidate, for request: PlacementRequest, rounds: Int, cursor: UInt64) {
        let hints = request.spec.placement
        replicaCount = candidate.usage.replicas[request.deploymentID, default: 0]
        spreadCount = hints?.spread == true ? replicaCount : 0
        missesAffinity = hints?.affinity.map { !Self.matches(candidate, $0) } ?? false
        hitsAntiAffinity = hints?.antiAffinity.map { Self.matches(candidate, $0) } ?? false
        committed = candidate.committedFraction
        self.rounds = rounds
        turn = candidate.ordinal &- cursor &- 1
    }

    static func < (left: Self, right: Self) -> Bool {
        if left.spreadCount != right.spreadCount { return left.spreadCount < right.spreadCount }
        if left.missesAffinity != right.missesAffinity { return right.missesAffinity }
        if left.hitsAntiAffinity != right.hitsAntiAffinity { return right.hitsAntiAffinity }
        if left.replicaCount != right.replicaCount { return left.replicaCount < right.replicaCount }
        if left.committed != right.committed { return left.committed < right.committed }
        if left.rounds != right.rounds { return left.rounds < right.rounds }
        return left.turn < right.turn
    }

    /// A selector means the nodes it lists, and the nodes that carry all of its labels.
    private static func matches(_ candidate: Candidate, _ selector: PlacementHints.Selector) -> Bool {
        if selector.nodeIDs.contains(candidate.id) { return true }
        guard !selector.labels.isEmpty else { return false }
        return selector.labels.allSatisfy { candidate.labels[$0.key] == $0.value }
    }
}
