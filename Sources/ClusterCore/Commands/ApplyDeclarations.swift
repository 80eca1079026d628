public import Model

/// An operator declares several things at once: all of them are taken, or none.
public struct ApplyDeclarations: Hashable, Sendable {
    /// One declaration; what it refers to is named, for it may be made by the same command.
    public enum Item: Hashable, Sendable {
        /// A deployment, by its name.
        case deployment(DeploymentSpec)
        /// A config, by its name.
        case config(Config)
        /// A login at a registry.
        case registryCredential(PutRegistryCredential)
        /// An ingress route, by its host and path.
        case ingressRoute(Route)
    }

    /// A config and what has it.
    public struct Config: Hashable, Sendable {
        /// Unique among configs.
        public var name: String
        /// The version it gets; nil counts on.
        public var version: UInt64?
        /// Its complete labels.
        public var labels: [String: String]
        /// Its complete content.
        public var content: ConfigContent
        /// Ids or names of the deployments that shall have it, exactly; nil leaves them.
        public var deployments: [String]?
        /// Ids or names of the nodes that shall have it, exactly; nil leaves them.
        public var nodes: [String]?

        /// Describes a config.
        public init(
            name: String, version: UInt64?, labels: [String: String], content: ConfigContent,
            deployments: [String]?, nodes: [String]?
        ) {
            self.name = name
            self.version = version
            self.labels = labels
            self.content = content
            self.deployments = deployments
            self.nodes = nodes
        }
    }

    /// An ingress route whose deployment may be new.
    public struct Route: Hashable, Sendable {
        /// The host clients ask for; empty is every host.
        public var host: String
        /// The path its requests begin with.
        public var pathPrefix: String
        /// The id or name of the deployment.
        public var deployment: String
        /// The port of its containers.
        public var containerPort: UInt16
        /// The name of the certificate; nil is without TLS.
        public var tls: String?

        /// Describes a route.
        public init(
            host: String, pathPrefix: String, deployment: String, containerPort: UInt16, tls: String?
        ) {
            self.host = host
            self.pathPrefix = pathPrefix
            self.deployment = deployment
            self.containerPort = containerPort
            self.tls = tls
        }
    }

    /// Something that is no longer declared.
    public enum Pruned: Hashable, Sendable {
        /// A deployment.
        case deployment(DeploymentID)
        /// A config.
        case config(ConfigID)
        /// An ingress route.
        case ingressRoute(IngressRouteID)
    }

    /// What is declared, in the operator's order.
    public var items: [Item]
    /// What goes.
    public var pruned: [Pruned]
    /// Whether it is refused when a replica of a declared deployment has no place.
    public var requiresPlacement: Bool
    /// The request it came with.
    public var requestID: String

    /// Describes declarations.
    public init(items: [Item], pruned: [Pruned] = [], requiresPlacement: Bool = false, requestID: String) {
        self.items = items
        self.pruned = pruned
        self.requiresPlacement = requiresPlacement
        self.requestID = requestID
    }
}
