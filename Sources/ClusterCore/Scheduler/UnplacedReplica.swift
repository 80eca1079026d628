/// A replica without a place, and why.
public struct UnplacedReplica: Hashable, Sendable {
    /// Which replica.
    public var replicaNumber: Int
    /// What each filter refused; empty when there is no node at all.
    public var refusals: [FilterRefusal]

    /// The reasons in one sentence.
    public var explanation: String {
        guard !refusals.isEmpty else { return "no node is registered" }
        return "no node takes it; " + refusals.map(\.description).joined(separator: "; ")
    }
}
