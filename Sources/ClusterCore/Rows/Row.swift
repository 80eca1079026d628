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
        }
    }
}
