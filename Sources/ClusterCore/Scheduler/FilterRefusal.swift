public import Model

/// How many nodes one filter kept a replica off, and one of them.
public struct FilterRefusal: Hashable, Sendable, CustomStringConvertible {
    /// The filter.
    public var filter: PlacementFilter
    /// How many nodes it refused.
    public var nodeCount: Int
    /// The refused node that registered first.
    public var exampleNodeID: NodeID
    /// Its name, or its id.
    public var exampleNodeName: String
    /// Why that node was refused.
    public var detail: String

    /// `2 nodes: free_capacity (for example edge-1: …)`.
    public var description: String {
        let nodes = nodeCount == 1 ? "1 node" : "\(nodeCount) nodes"
        return "\(nodes): \(filter.rawValue) (for example \(exampleNodeName): \(detail))"
    }
}
