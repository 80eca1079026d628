import Model

/// A stored credential that lets machines become nodes; only its keyed hash is known.
struct RegistrationTokenRow: Hashable, Sendable {
    let id: RegistrationTokenID
    let name: String
    let hash: [UInt8]
    let createdAt: Timestamp
    let createdBy: String
    let expiresAt: Timestamp?
    /// How many nodes it may register; nil for any number.
    let maxUses: Int64?
    var uses: Int64 = 0
    var lastUsed: Timestamp?
    /// The nodes it registered last: a machine whose answer was lost asks again with a token that is used up.
    var recentNodes: [NodeID] = []

    func isExpired(at now: Timestamp) -> Bool { expiresAt.map { $0 <= now } ?? false }

    /// Whether it may register no further node.
    var isUsedUp: Bool { maxUses.map { uses >= $0 } ?? false }

    /// The row after it registered one more node.
    func used(for node: NodeID, at now: Timestamp) -> RegistrationTokenRow {
        var row = self
        row.uses += 1
        row.lastUsed = now
        row.recentNodes = Array((recentNodes + [node]).suffix(ControlPlaneLimits.recentNodesOfToken))
        return row
    }
}
