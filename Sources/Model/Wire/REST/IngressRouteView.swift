/// An ingress route as operators see it.
public struct IngressRouteView: Codable, Hashable, Sendable {
    /// Names it.
    public var routeID: IngressRouteID
    /// The host clients ask for; empty is every host.
    public var host: String
    /// The path its requests begin with.
    public var pathPrefix: String
    /// The deployment they go to.
    public var deploymentID: DeploymentID
    /// Its name; nil when it is gone.
    public var deployment: String?
    /// The port of its containers.
    public var containerPort: UInt16
    /// The name of the certificate; nil without TLS.
    public var tls: String?
    /// What stands in its way.
    public var conditions: [Condition]
    /// Counts the declarations.
    public var version: UInt64
    /// When it was declared first.
    public var createdAt: Timestamp
    /// When it was declared last.
    public var updatedAt: Timestamp

    /// Describes a route.
    public init(
        routeID: IngressRouteID, host: String, pathPrefix: String, deploymentID: DeploymentID,
        deployment: String?, containerPort: UInt16, tls: String?, conditions: [Condition], version: UInt64,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.routeID = routeID
        self.host = host
        self.pathPrefix = pathPrefix
        self.deploymentID = deploymentID
        self.deployment = deployment
        self.containerPort = containerPort
        self.tls = tls
        self.conditions = conditions
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    private enum CodingKeys: String, CodingKey {
        case host, deployment, tls, conditions, version
        case routeID = "route_id"
        case pathPrefix = "path_prefix"
        case deploymentID = "deployment_id"
        case containerPort = "container_port"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}
