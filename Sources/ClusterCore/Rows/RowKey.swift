public import Model

/// The table and primary key of a row.
public enum RowKey: Hashable, Sendable {
    /// The database's own row.
    case meta
    /// A node.
    case node(NodeID)
    /// When a node was last heard from.
    case nodeSeen(NodeID)
    /// A node's credential.
    case token(TokenID)
    /// A declaration.
    case deployment(DeploymentID)
    /// A generation of a declaration.
    case revision(DeploymentID, UInt64)
    /// A placement.
    case assignment(AssignmentID)
    /// A config.
    case config(ConfigID)
    /// What a config was at one version.
    case configVersion(ConfigReference)
    /// What a config is attached to.
    case configAttachment(ConfigID, ConfigTarget)
    /// A login at a registry.
    case registryCredential(RegistryCredentialID)
    /// A way from the gateway to a deployment.
    case ingressRoute(IngressRouteID)

    /// The identifier's own for the rows there are many of.
    public func _rawHashValue(seed: Int) -> Int {
        switch self {
        case .assignment(let id): return id._rawHashValue(seed: seed)
        case .node(let id): return id._rawHashValue(seed: seed)
        default:
            var hasher = Hasher()
            hasher.combine(seed)
            hash(into: &hasher)
            return hasher.finalize()
        }
    }

    /// How many places there are in the order in which tables are written so that references hold; deletions go the
    /// other way.
    static let ranks = 12

    /// Its place in that order.
    var rank: Int {
        switch self {
        case .meta: 0
        case .node: 1
        case .nodeSeen: 2
        case .token: 3
        case .deployment: 4
        case .revision: 5
        case .assignment: 6
        case .config: 7
        case .configVersion: 8
        case .configAttachment: 9
        case .registryCredential: 10
        case .ingressRoute: 11
        }
    }
}
