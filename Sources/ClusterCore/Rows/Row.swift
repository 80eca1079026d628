/// A row of any table; behind a reference, since rows of very different sizes stand side by side in lists of changes.
public indirect enum Row: Hashable, Sendable {
    /// The database's own row.
    case meta(MetaRow)
    /// A node.
    case node(NodeRow)
    /// When a node was last heard from.
    case nodeSeen(NodeSeenRow)
    /// A node's credential.
    case token(TokenRow)
    /// A declaration.
    case deployment(DeploymentRow)
    /// A generation of a declaration.
    case revision(RevisionRow)
    /// A placement.
    case assignment(AssignmentRow)
    /// A config.
    case config(ConfigRow)
    /// What a config was at one version.
    case configVersion(ConfigVersionRow)
    /// What a config is attached to.
    case configAttachment(ConfigAttachmentRow)
    /// A login at a registry.
    case registryCredential(RegistryCredentialRow)
    /// A way from the gateway to a deployment.
    case ingressRoute(IngressRouteRow)

    /// What names the row.
    public var key: RowKey {
        switch self {
        case .meta: .meta
        case .node(let row): .node(row.id)
        case .nodeSeen(let row): .nodeSeen(row.nodeID)
        case .token(let row): .token(row.id)
        case .deployment(let row): .deployment(row.id)
        case .revision(let row): .revision(row.deploymentID, row.generation)
        case .assignment(let row): .assignment(row.id)
        case .config(let row): .config(row.id)
        case .configVersion(let row): .configVersion(row.reference)
        case .configAttachment(let row): .configAttachment(row.configID, row.target)
        case .registryCredential(let row): .registryCredential(row.id)
        case .ingressRoute(let row): .ingressRoute(row.id)
        }
    }
}
