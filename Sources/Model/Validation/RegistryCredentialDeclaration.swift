/// A login at a registry as an operator writes it: the password is not sealed yet.
public struct RegistryCredentialDeclaration: Sendable {
    /// The name; nil where it is not said.
    public var name: String?
    /// The registry in its one spelling; nil where it is not said.
    public var host: String?
    /// Who logs in; nil where it is not said.
    public var username: String?
    /// The password or token; nil where it is not said.
    public var password: Redacted<String>?

    /// Says nothing yet.
    public init() {}
}
