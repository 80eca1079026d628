/// An ingress route as an operator writes it.
public struct IngressRouteDeclaration: Sendable {
    /// What of it is said of TLS.
    public enum TLS: Hashable, Sendable {
        /// Nothing; a later declaration leaves it as it is.
        case unsaid
        /// Without.
        case off
        /// With the certificate of this name.
        case certificate(String)
    }

    /// The host clients ask for, in lower case; nil where it is not said.
    public var host: String?
    /// The path its requests begin with; nil where it is not said.
    public var pathPrefix: String?
    /// The id or name of its deployment; nil where it is not said.
    public var deployment: String?
    /// The port of its containers; nil where it is not said.
    public var containerPort: UInt16?
    /// The certificate.
    public var tls = TLS.unsaid

    /// Says nothing yet.
    public init() {}
}
