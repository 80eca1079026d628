import Model

/// What of a node decides in which of the tables' indexes it stands; most changes of a row leave it alone.
struct NodeMembership: Hashable, Sendable {
    /// Nil for deleted nodes: their names are free.
    let name: String?
    let isDeleted: Bool
    let isDraining: Bool
    let isAhead: Bool

    init(_ row: NodeRow) {
        isDeleted = row.tombstone != nil
        name = isDeleted ? nil : row.name
        isDraining = !isDeleted && row.availability == .draining
        isAhead = !isDeleted && row.claimedRevision != nil
    }
}
