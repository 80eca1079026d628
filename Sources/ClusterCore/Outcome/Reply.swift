public import Model

/// The answer to a command.
public enum Reply: Hashable, Sendable {
    /// What became of a declaration.
    public struct Deployment: Hashable, Sendable {
        /// Names it.
        public var id: DeploymentID
        /// Its generation now.
        public var generation: UInt64
        /// Whether the command changed anything.
        public var hasChanged: Bool
        /// Where each placed replica stands, by number.
        public var placements: [Placed]
        /// Replicas without a place, and why.
        public var unplaced: [UnplacedReplica]
    }

    /// Where a replica stands.
    public struct Placed: Hashable, Sendable {
        /// Which replica.
        public var replicaNumber: Int
        /// On which node.
        public var nodeID: NodeID
    }

    /// What became of a registration.
    public struct Registration: Hashable, Sendable {
        /// The node.
        public var nodeID: NodeID
        /// Its credential.
        public var tokenID: TokenID
        /// Whether the node is new; false when an unused credential was issued again.
        public var isNew: Bool
    }

    /// What became of a report.
    public struct Report: Hashable, Sendable {
        /// The sequence number of the report; 0 when it was stale.
        public var acknowledged: UInt64
        /// Whether the next report shall name every replica.
        public var wantsFull: Bool
        /// The node's newest document.
        public var headRevision: UInt64
        /// Whether the report was older than one already taken, and ignored.
        public var wasStale: Bool
    }

    /// What became of a config.
    public struct Config: Hashable, Sendable {
        /// Names it.
        public var id: ConfigID
        /// Its version now.
        public var version: UInt64
        /// Whether the command changed anything.
        public var hasChanged: Bool
    }

    /// What became of an attachment.
    public struct ConfigAttachment: Hashable, Sendable {
        /// Since when it is attached; nil when it is not.
        public var attachedAt: Timestamp?
        /// Whether the command changed anything.
        public var hasChanged: Bool
    }

    /// What became of one of several declarations.
    public enum Applied: Hashable, Sendable {
        /// Of a deployment.
        case deployment(Deployment, isNew: Bool)
        /// Of a config.
        case config(Config, isNew: Bool)
        /// Of a login at a registry.
        case registryCredential(RegistryCredentialID, hasChanged: Bool, isNew: Bool)
        /// Of an ingress route.
        case ingressRoute(IngressRouteID, hasChanged: Bool, isNew: Bool)
    }

    /// There is nothing to say.
    case done
    /// To a declaration.
    case deployment(Deployment)
    /// To a registration.
    case registration(Registration)
    /// To a report.
    case report(Report)
    /// To an issued credential.
    case token(TokenID)
    /// To a config.
    case config(Config)
    /// To a config given or taken away.
    case configAttachment(ConfigAttachment)
    /// To a login at a registry.
    case registryCredential(RegistryCredentialID)
    /// To an ingress route.
    case ingressRoute(IngressRouteID)
    /// To several declarations, in their order.
    case applied([Applied])
}
