public import Model

/// A way from the gateway to a deployment.
public struct IngressRouteRow: Hashable, Sendable {
    /// What an operator declares of it.
    public struct Declaration: Hashable, Sendable {
        /// The host clients ask for; empty is every host.
        public var host: String
        /// The path its requests begin with.
        public var pathPrefix: String
        /// The deployment they go to.
        public var deploymentID: DeploymentID
        /// The port of its containers.
        public var containerPort: UInt16
        /// The name of the certificate it is served with; nil is without TLS.
        public var tls: String?

        /// Describes a route.
        public init(
            host: String, pathPrefix: String, deploymentID: DeploymentID, containerPort: UInt16, tls: String?
        ) {
            self.host = host
            self.pathPrefix = pathPrefix
            self.deploymentID = deploymentID
            self.containerPort = containerPort
            self.tls = tls
        }
    }

    /// Names it.
    public var id: IngressRouteID
    /// What was declared last.
    public var declaration: Declaration
    /// Counts the declarations.
    public var version: UInt64
    /// When it was declared first.
    public var createdAt: Timestamp
    /// When it was declared last.
    public var updatedAt: Timestamp

    /// Makes a row.
    public init(
        id: IngressRouteID, declaration: Declaration, version: UInt64 = 1, createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.declaration = declaration
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
