/// A file in the container whose content the node looks up; the declaration has its name only.
public struct SecretFile: Codable, Hashable, Sendable {
    /// Absolute path in the container.
    public var path: String
    /// The secret's name on the node.
    public var secret: String
    /// Whether the container may start without it.
    public var optional: Bool

    /// Names a secret; it is needed unless said otherwise.
    public init(path: String, secret: String, optional: Bool = false) {
        self.path = path
        self.secret = secret
        self.optional = optional
    }

    private enum CodingKeys: String, CodingKey { case path, secret, optional }

    /// Reads the wire form.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        path = try keyed.decode(String.self, forKey: .path)
        secret = try keyed.decode(String.self, forKey: .secret)
        optional = try keyed.decodeIfPresent(Bool.self, forKey: .optional) ?? false
    }
}
