/// A login at a registry as operators see it: without its password.
public struct RegistryCredentialView: Codable, Hashable, Sendable {
    /// Names it.
    public var credentialID: RegistryCredentialID
    /// Unique among credentials.
    public var name: String
    /// The registry, as image references name it.
    public var host: String
    /// Who logs in.
    public var username: String
    /// Counts the declarations.
    public var version: UInt64
    /// When it was declared first.
    public var createdAt: Timestamp
    /// When it was declared last.
    public var updatedAt: Timestamp

    /// Describes a login.
    public init(
        credentialID: RegistryCredentialID, name: String, host: String, username: String, version: UInt64,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.credentialID = credentialID
        self.name = name
        self.host = host
        self.username = username
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    private enum CodingKeys: String, CodingKey {
        case name, host, username, version
        case credentialID = "credential_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}
