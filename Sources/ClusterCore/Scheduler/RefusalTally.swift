import Model

/// Counts refusals by filter, and keeps the one of the oldest node as the example.
struct RefusalTally {
    private struct Entry {
        var count: Int
        var ordinal: UInt64
        var nodeID: NodeID
        var name: String
        var refusal: Refusal
    }

    private var entries: [PlacementFilter: Entry] = [:]

    mutating func note(_ refusal: Refusal, by candidate: NodeIndex.Standing) {
        let filter = refusal.filter
        guard let entry = entries[filter] else {
            entries[filter] = Entry(
                count: 1, ordinal: candidate.ordinal, nodeID: candidate.id, name: candidate.displayName,
                refusal: refusal)
            return
        }
        entries[filter]?.count += 1
        guard candidate.ordinal < entry.ordinal else { return }
        entries[filter]?.ordinal = candidate.ordinal
        entries[filter]?.nodeID = candidate.id
        entries[filter]?.name = candidate.displayName
        entries[filter]?.refusal = refusal
    }

    /// The refusals in the order of the filters, deployments by name.
    func refusals(naming deployment: (DeploymentID) -> String?) -> [FilterRefusal] {
        PlacementFilter.allCases.compactMap { filter in
            entries[filter].map {
                FilterRefusal(
                    filter: filter, nodeCount: $0.count, exampleNodeID: $0.nodeID, exampleNodeName: $0.name,
                    detail: $0.refusal.detail(naming: deployment))
            }
        }
    }
}
