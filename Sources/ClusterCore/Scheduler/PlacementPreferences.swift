import Model

/// Which nodes a request would rather have, asked of every node.
struct PlacementPreferences {
    let spreads: Bool
    private let affinity: PlacementHints.Selector?
    private let antiAffinity: PlacementHints.Selector?

    init(_ hints: PlacementHints?) {
        spreads = hints?.spread == true
        affinity = hints?.affinity
        antiAffinity = hints?.antiAffinity
    }

    func missesAffinity(_ node: NodeIndex.Standing) -> Bool {
        affinity.map { !Self.matches(node, $0) } ?? false
    }

    func hitsAntiAffinity(_ node: NodeIndex.Standing) -> Bool {
        antiAffinity.map { Self.matches(node, $0) } ?? false
    }

    /// A selector means the nodes it lists, and the nodes that carry all of its labels.
    private static func matches(_ node: NodeIndex.Standing, _ selector: PlacementHints.Selector) -> Bool {
        if selector.nodeIDs.contains(node.id) { return true }
        guard !selector.labels.isEmpty else { return false }
        return selector.labels.allSatisfy { node.labels[$0.key] == $0.value }
    }
}
