/// When an image is pulled.
public struct PullSpec: Codable, Hashable, Sendable {
    /// When an image is pulled.
    public enum Policy: String, Codable, Hashable, Sendable, CaseIterable {
        /// When the node does not have it.
        case missing
        /// Before each new container.
        case always
        /// Never: the node must have it.
        case never
    }

    /// When the image is pulled.
    public var policy: Policy
    /// The registry credential to pull with, by name or id; nil takes the one of the image's registry, if any.
    public var credential: String?

    /// Pulls when missing unless said otherwise.
    public init(policy: Policy = .missing, credential: String? = nil) {
        self.policy = policy
        self.credential = credential
    }

    /// Reads the wire form; an absent policy is `missing`.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        policy = try keyed.decodeIfPresent(Policy.self, forKey: .policy) ?? .missing
        credential = try keyed.decodeIfPresent(String.self, forKey: .credential)
    }

    private enum CodingKeys: String, CodingKey { case policy, credential }
}
