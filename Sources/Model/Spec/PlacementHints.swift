/// What a node should have: scores, never refuses.
public struct PlacementHints: Codable, Hashable, Sendable {
    /// Nodes meant by id or by label.
    public struct Selector: Codable, Hashable, Sendable {
        /// Nodes by id.
        public var nodeIDs: [NodeID]
        /// Nodes that carry all of these labels.
        public var labels: [String: String]

        /// Means no node unless said otherwise.
        public init(nodeIDs: [NodeID] = [], labels: [String: String] = [:]) {
            self.nodeIDs = nodeIDs
            self.labels = labels
        }

        private enum CodingKeys: String, CodingKey {
            case labels
            case nodeIDs = "node_ids"
        }

        /// Reads the wire form.
        public init(from decoder: any Decoder) throws {
            let keyed = try decoder.container(keyedBy: CodingKeys.self)
            nodeIDs = try keyed.decodeIfPresent([NodeID].self, forKey: .nodeIDs) ?? []
            labels = try keyed.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        }
    }

    /// Nodes to prefer.
    public var affinity: Selector?
    /// Nodes to avoid.
    public var antiAffinity: Selector?
    /// Whether replicas shall stand on different nodes where that is possible.
    public var spread: Bool
    /// The most replicas of this deployment on one node; nil is unlimited.
    public var maxPerNode: Int?

    /// Hints at nothing unless said otherwise.
    public init(
        affinity: Selector? = nil, antiAffinity: Selector? = nil, spread: Bool = false, maxPerNode: Int? = nil
    ) {
        self.affinity = affinity
        self.antiAffinity = antiAffinity
        self.spread = spread
        self.maxPerNode = maxPerNode
    }

    private enum CodingKeys: String, CodingKey {
        case affinity, spread
        case antiAffinity = "anti_affinity"
        case maxPerNode = "max_per_node"
    }

    /// Reads the wire form.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        affinity = try keyed.decodeIfPresent(Selector.self, forKey: .affinity)
        antiAffinity = try keyed.decodeIfPresent(Selector.self, forKey: .antiAffinity)
        spread = try keyed.decodeIfPresent(Bool.self, forKey: .spread) ?? false
        maxPerNode = try keyed.decodeIfPresent(Int.self, forKey: .maxPerNode)
    }
}
