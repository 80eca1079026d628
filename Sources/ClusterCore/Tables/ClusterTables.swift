import Model

/// Every stored row in memory, with the indexes that follow from the rows alone.
///
/// `replace` is the only way to change anything, so indexes cannot drift, and putting the old rows back undoes
/// a command.
struct ClusterTables: Equatable, Sendable {
    private(set) var meta: MetaRow
    private(set) var nodes: [NodeID: NodeRow] = [:]
    private(set) var nodesSeen: [NodeID: NodeSeenRow] = [:]
    private(set) var tokens: [TokenID: TokenRow] = [:]
    private(set) var deployments: [DeploymentID: DeploymentRow] = [:]
    private(set) var revisions: [DeploymentID: [UInt64: RevisionRow]] = [:]
    private(set) var assignments: [AssignmentID: AssignmentRow] = [:]
    private(set) var configs = ConfigTables()

    /// What live declarations say of work, without the declarations.
    private var facts: [DeploymentID: DeploymentFacts] = [:]
    private(set) var nodeNames: [String: NodeID] = [:]
    private(set) var deploymentNames: [String: DeploymentID] = [:]
    private(set) var tokensOfNode: [NodeID: Set<TokenID>] = [:]
    private(set) var placements: [DeploymentID: DeploymentIndex] = [:]
    private(set) var usage: [NodeID: NodeUsage] = [:]
    /// Live deployments with fewer or more current placements than replicas.
    private(set) var pending: Set<DeploymentID> = []
    /// Live deployments with a current placement of an older generation.
    private(set) var outdated: Set<DeploymentID> = []
    /// Live deployments with an update that is not complete.
    private(set) var unfinished: Set<DeploymentID> = []
    /// Deployments with additional placements that shall take over.
    private(set) var surging: Set<DeploymentID> = []
    /// Live deployments with one replica on each node.
    private(set) var perNode: Set<DeploymentID> = []
    /// Live nodes whose replicas shall leave.
    private(set) var draining: Set<NodeID> = []
    /// Live nodes whose agents are ahead of this database.
    private(set) var claimants: Set<NodeID> = []
    /// Deleted nodes that are still remembered.
    private(set) var tombstones: Set<NodeID> = []

    init(meta: MetaRow) { self.meta = meta }

    /// Whether some deployment or node is not yet as declared, as far as the rows tell.
    var hasUnfinishedWork: Bool {
        !pending.isEmpty || !outdated.isEmpty || !draining.isEmpty || !perNode.isEmpty
            || !surging.isEmpty
    }

    /// The host ports that are reserved on a node.
    func ports(of id: NodeID) -> PortTable { usage[id]?.ports ?? PortTable() }

    subscript(_ key: RowKey) -> Row? {
        switch key {
        case .meta: .meta(meta)
        case .node(let id): nodes[id].map(Row.node)
        case .nodeSeen(let id): nodesSeen[id].map(Row.nodeSeen)
        case .token(let id): tokens[id].map(Row.token)
        case .deployment(let id): deployments[id].map(Row.deployment)
        case .revision(let id, let generation): revisions[id]?[generation].map(Row.revision)
        case .assignment(let id): assignments[id].map(Row.assignment)
        case .config, .configVersion, .configAttachment, .registryCredential, .ingressRoute: configs[key]
        }
    }

    /// Puts a row in place of what has the key, or takes it away.
    mutating func replace(_ key: RowKey, with row: Row?) {
        switch (key, row) {
        case (.meta, .meta(let row)): meta = row
        case (.meta, _): break
        case (.node(let id), .node(let row)): replaceNode(id, row)
        case (.node(let id), _): replaceNode(id, nil)
        case (.nodeSeen(let id), .nodeSeen(let row)): nodesSeen[id] = row
        case (.nodeSeen(let id), _): nodesSeen[id] = nil
        case (.token(let id), .token(let row)): replaceToken(id, row)
        case (.token(let id), _): replaceToken(id, nil)
        case (.deployment(let id), .deployment(let row)): replaceDeployment(id, row)
        case (.deployment(let id), _): replaceDeployment(id, nil)
        case (.revision(let id, let generation), .revision(let row)): replaceRevision(id, generation, row)
        case (.revision(let id, let generation), _): replaceRevision(id, generation, nil)
        case (.assignment(let id), .assignment(let row)): replaceAssignment(id, row)
        case (.assignment(let id), _): replaceAssignment(id, nil)
        case (.config, _), (.configVersion, _), (.configAttachment, _), (.registryCredential, _),
            (.ingressRoute, _):
            configs.replace(key, with: row)
        }
    }

    /// Gives a node's next document its revision, where the row stands; the answer has the row before.
    ///
    /// What `replace` would do in more steps: no index is about revisions.
    mutating func countRevision(of id: NodeID) -> (before: NodeRow, revision: UInt64)? {
        func count(_ row: inout NodeRow?) -> (before: NodeRow, revision: UInt64)? {
            guard let before = row else { return nil }
            row?.revision += 1
            return (before, before.revision + 1)
        }
        return count(&nodes[id])
    }

    private mutating func replaceNode(_ id: NodeID, _ row: NodeRow?) {
        let old = nodes[id]
        nodes[id] = row
        guard old.map(NodeMembership.init) != row.map(NodeMembership.init) else { return }
        if let name = old?.name, nodeNames[name] == id { nodeNames[name] = nil }
        let member = row.map(NodeMembership.init)
        if let name = member?.name { nodeNames[name] = id }
        Self.set(member?.isDeleted == true, id, in: &tombstones)
        Self.set(member?.isDraining == true, id, in: &draining)
        Self.set(member?.isAhead == true, id, in: &claimants)
    }

    private static func set<Member: Hashable>(_ holds: Bool, _ member: Member, in members: inout Set<Member>)
    {
        if holds { members.insert(member) } else { members.remove(member) }
    }

    private mutating func replaceToken(_ id: TokenID, _ row: TokenRow?) {
        if let old = tokens[id] {
            tokensOfNode[old.nodeID]?.remove(id)
            if tokensOfNode[old.nodeID]?.isEmpty == true { tokensOfNode[old.nodeID] = nil }
        }
        tokens[id] = row
        if let row { tokensOfNode[row.nodeID, default: []].insert(id) }
    }

    private mutating func replaceDeployment(_ id: DeploymentID, _ row: DeploymentRow?) {
        if let old = deployments[id], deploymentNames[old.spec.name] == id {
            deploymentNames[old.spec.name] = nil
        }
        deployments[id] = row
        if let row, row.deletedAt == nil {
            deploymentNames[row.spec.name] = id
            facts[id] = DeploymentFacts(row)
        } else {
            facts[id] = nil
        }
        note(placements[id]?.work(facts[id]) ?? DeploymentIndex().work(facts[id]), of: id)
    }

    private mutating func replaceRevision(_ id: DeploymentID, _ generation: UInt64, _ row: RevisionRow?) {
        configs.use(row?.configs ?? [], insteadOf: revisions[id]?[generation]?.configs ?? [])
        revisions[id, default: [:]][generation] = row
        if revisions[id]?.isEmpty == true { revisions[id] = nil }
    }

    /// Puts a placement that nobody knew before.
    mutating func insert(_ row: AssignmentRow) {
        assignments[row.id] = row
        configs.use(row.configs, insteadOf: [])
        add(row)
    }

    private mutating func replaceAssignment(_ id: AssignmentID, _ row: AssignmentRow?) {
        let old = row.map { assignments.updateValue($0, forKey: id) } ?? assignments.removeValue(forKey: id)
        configs.use(row?.configs ?? [], insteadOf: old?.configs ?? [])
        if let old { remove(old) }
        if let row { add(row) }
    }

    /// Adds stored placements to tables without any; what there is to do is told once for each deployment.
    mutating func insert(_ rows: [AssignmentRow]) throws(ClusterLoadFailure) {
        assignments.reserveCapacity(rows.count)
        for row in rows {
            assignments[row.id] = row
            configs.use(row.configs, insteadOf: [])
            usage[row.nodeID, default: NodeUsage()].add(row)
            guard placements[row.deploymentID, default: DeploymentIndex()].insert(row) else {
                throw ClusterLoadFailure(
                    "replica \(row.replicaNumber) of \(row.deploymentID) has two current places")
            }
        }
        for (id, index) in placements { note(index.work(facts[id]), of: id) }
    }

    private mutating func add(_ row: AssignmentRow) {
        usage[row.nodeID, default: NodeUsage()].add(row)
        let work = placements[row.deploymentID, default: DeploymentIndex()]
            .add(row, facts: facts[row.deploymentID])
        if let work { note(work, of: row.deploymentID) }
    }

    private mutating func remove(_ row: AssignmentRow) {
        if usage[row.nodeID]?.remove(row) == true { usage[row.nodeID] = nil }
        let id = row.deploymentID
        let work = placements[id]?.remove(row, facts: facts[id])
        if work?.isEmpty == true { placements[id] = nil }
        note(work ?? DeploymentIndex().work(facts[id]), of: id)
    }

    private mutating func note(_ work: DeploymentWork, of id: DeploymentID) {
        Self.set(work.isPending, id, in: &pending)
        Self.set(work.isOutdated, id, in: &outdated)
        Self.set(work.isUnfinished, id, in: &unfinished)
        Self.set(work.isSurging, id, in: &surging)
        Self.set(work.isPerNode, id, in: &perNode)
    }
}
