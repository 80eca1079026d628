/// What a machine says when it asks to become a node.
public struct RegistrationRequest: Codable, Hashable, Sendable {
    /// The id the agent chose; nil lets the control plane choose.
    public var nodeID: NodeID?
    /// A name for people; unique among live nodes.
    public var name: String?
    /// What the node is.
    public var inventory: Inventory

    /// Puts a request together.
    public init(nodeID: NodeID? = nil, name: String? = nil, inventory: Inventory = Inventory()) {
        self.nodeID = nodeID
        self.name = name
        self.inventory = inventory
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case nodeID = "node_id"
    }

    /// Reads the flat wire form.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        nodeID = try keyed.decodeIfPresent(NodeID.self, forKey: .nodeID)
        name = try keyed.decodeIfPresent(String.self, forKey: .name)
        inventory = try Inventory(from: decoder)
    }

    /// Writes the flat wire form: the inventory's keys stand beside the name.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encodeIfPresent(nodeID, forKey: .nodeID)
        try keyed.encodeIfPresent(name, forKey: .name)
        try inventory.encode(to: encoder)
    }
}

/// What a new node is told, once.
public struct RegistrationResponse: Codable, Hashable, Sendable {
    /// The node's id.
    public var nodeID: NodeID
    /// The node's credential; shown only here.
    public var nodeToken: String
    /// Where its tunnel goes.
    public var tunnel: TunnelEndpoint

    /// Puts an answer together.
    public init(nodeID: NodeID, nodeToken: String, tunnel: TunnelEndpoint) {
        self.nodeID = nodeID
        self.nodeToken = nodeToken
        self.tunnel = tunnel
    }

    private enum CodingKeys: String, CodingKey {
        case tunnel
        case nodeID = "node_id"
        case nodeToken = "node_token"
    }
}
