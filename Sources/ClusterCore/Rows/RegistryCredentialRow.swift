public import Model

/// A login at a registry; its password is sealed by the shell and opaque here.
public struct RegistryCredentialRow: Hashable, Sendable {
    /// Names it.
    public var id: RegistryCredentialID
    /// Unique among credentials; the registry's host unless something else is said.
    public var name: String
    /// The registry in its one spelling.
    public var host: String
    /// Who logs in.
    public var username: String
    /// The sealed password.
    public var sealedPassword: [UInt8]
    /// Counts the declarations.
    public var version: UInt64
    /// When it was declared first.
    public var createdAt: Timestamp
    /// When it was declared last.
    public var updatedAt: Timestamp

    /// Makes a row.
    public init(
        id: RegistryCredentialID, name: String, host: String, username: String, sealedPassword: [UInt8],
        version: UInt64 = 1, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.host = host
        self.username = username
        self.sealedPassword = sealedPassword
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
