/// A replica without a place, and why.
public struct UnplacedReplica: Hashable, Sendable {
    /// Which replica.
    public var replicaNumber: Int
    /// What each filter refused; empty when there is no node at all.
    public var refusals: [FilterRefusal]
    /// Whether only its own node comes into question, since it writes there.
    public var isBoundToItsNode = false

    /// The reasons in one sentence.
    public var explanation: String {
        let reasons = refusals.map(\.description).joined(separator: "; ")
        if isBoundToItsNode {
            return "\(DeploymentRow.writesToItsNode) and stay there; \(reasons); a drain moves them"
        }
        guard !refusals.isEmpty else { return "no node is registered" }
        return "no node takes it; \(reasons)"
    }
}
