import Model

/// What one command has changed so far: enough to undo it, and to tell what is to be stored.
struct ChangeSet {
    /// The request behind the command.
    let requestID: String
    /// When the command came.
    let now: Moment
    /// Rows as they were before, by key, nil where there was none.
    private(set) var originals: [RowKey: Row?] = [:]
    /// Keys in the order of their first change.
    private(set) var order: [RowKey] = []
    /// Keys whose change must not be lost.
    private(set) var decisions: Set<RowKey> = []
    /// Nodes with a new document, and how many replicas each had before.
    private(set) var touchedNodes: [NodeID: Int] = [:]
    /// Deployments of which something else is to be said.
    var changedDeployments: Set<DeploymentID> = []
    /// Nodes of which something else is to be said.
    var changedNodes: Set<NodeID> = []
    /// Nodes that may have their document from now on.
    var releasedNodes: Set<NodeID> = []
    /// What happened.
    var events: [ClusterEvent] = []
    /// Whether a tick shall follow.
    var wantsTick = false

    init(requestID: String, now: Moment) {
        self.requestID = requestID
        self.now = now
    }

    mutating func remember(_ key: RowKey, original: Row?, _ durability: RowChange.Durability) {
        if durability == .decision { decisions.insert(key) }
        guard originals[key] == nil else { return }
        originals[key] = .some(original)
        order.append(key)
    }

    /// True the first time a node is touched.
    mutating func touch(_ nodeID: NodeID, replicasBefore: Int) -> Bool {
        guard touchedNodes[nodeID] == nil else { return false }
        touchedNodes[nodeID] = replicasBefore
        return true
    }
}
