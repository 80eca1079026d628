/// An environment variable whose value the node looks up; the declaration has its name only.
public struct SecretVariable: Codable, Hashable, Sendable {
    /// The variable in the container.
    public var name: String
    /// The secret's name on the node.
    public var secret: String
    /// Whether the container may start without it.
    public var optional: Bool

    /// Names a secret; it is needed unless said otherwise.
    public init(name: String, secret: String, optional: Bool = false) {
        self.name = name
        self.secret = secret
        self.optional = optional
    }

    private enum CodingKeys: String, CodingKey { case name, secret, optional }

    /// Reads the wire form.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        name = try keyed.decode(String.self, forKey: .name)
        secret = try keyed.decode(String.self, forKey: .secret)
        optional = try keyed.decodeIfPresent(Bool.self, forKey: .optional) ?? false
    }
}
