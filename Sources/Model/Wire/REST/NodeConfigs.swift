/// What `GET /api/v1/nodes/{id}/configs` answers: the configs of a node's document.
public struct NodeConfigs: Codable, Hashable, Sendable {
    /// Every version that a replica of the node has, by name; attachments are those that concern the node.
    public var configs: [ConfigDetail]

    /// Puts an answer together.
    public init(configs: [ConfigDetail]) { self.configs = configs }
}
