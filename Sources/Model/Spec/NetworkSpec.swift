/// How the container is connected.
public struct NetworkSpec: Codable, Hashable, Sendable {
    /// How the container is connected.
    public enum Mode: String, Codable, Hashable, Sendable, CaseIterable {
        /// A network of its own on the node.
        case bridge
        /// The node's own network: what the container listens on is open on the node.
        case host
        /// None but its own loopback.
        case none
    }

    /// How the container is connected.
    public var mode: Mode
    /// An existing network of the node to join instead of the default bridge.
    public var name: String?

    /// Joins the default bridge unless said otherwise.
    public init(mode: Mode = .bridge, name: String? = nil) {
        self.mode = mode
        self.name = name
    }

    private enum CodingKeys: String, CodingKey { case mode, name }

    /// Reads the wire form; an absent mode is `bridge`.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        mode = try keyed.decodeIfPresent(Mode.self, forKey: .mode) ?? .bridge
        name = try keyed.decodeIfPresent(String.self, forKey: .name)
    }
}
