/// Everything that is stored, as it is read at start.
public struct ClusterSnapshot: Hashable, Sendable {
    /// The database's own row.
    public var meta: MetaRow
    /// Every node, tombstones included.
    public var nodes: [NodeRow]
    /// When nodes were last heard from.
    public var nodesSeen: [NodeSeenRow]
    /// Every node credential.
    public var tokens: [TokenRow]
    /// Every deployment, those on their way out included.
    public var deployments: [DeploymentRow]
    /// Every kept generation.
    public var revisions: [RevisionRow]
    /// Every placement, retiring ones included.
    public var assignments: [AssignmentRow]
    /// Configs, their kept versions and attachments, registry credentials and ingress routes.
    public var configs: [Row] = []

    /// Collects rows; a new database has only its own.
    public init(
        meta: MetaRow, nodes: [NodeRow] = [], nodesSeen: [NodeSeenRow] = [], tokens: [TokenRow] = [],
        deployments: [DeploymentRow] = [], revisions: [RevisionRow] = [], assignments: [AssignmentRow] = []
    ) {
        self.meta = meta
        self.nodes = nodes
        self.nodesSeen = nodesSeen
        self.tokens = tokens
        self.deployments = deployments
        self.revisions = revisions
        self.assignments = assignments
    }

    /// Collects rows of any table in any order; the last of a key wins.
    public init(meta: MetaRow, rows: some Sequence<Row>) {
        self.init(meta: meta)
        for row in rows {
            switch row {
            case .meta(let row): self.meta = row
            case .node(let row): nodes.append(row)
            case .nodeSeen(let row): nodesSeen.append(row)
            case .token(let row): tokens.append(row)
            case .deployment(let row): deployments.append(row)
            case .revision(let row): revisions.append(row)
            case .assignment(let row): assignments.append(row)
            case .config, .configVersion, .configAttachment, .registryCredential, .ingressRoute:
                configs.append(row)
            }
        }
    }
}
