import Model

/// What one command has changed so far: enough to undo it, and to tell what is to be stored.
struct ChangeSet {
    /// The request behind the command.
    let requestID: String
    /// When the command came.
    let now: Moment
    /// One row that a command changed.
    struct Entry {
        let key: RowKey
        /// What was there before; nil where there was nothing.
        let original: Row?
        /// Whether the change must not be lost.
        var isDecision: Bool
        /// Whether the row only has another revision: nothing that anyone declared.
        var isRevision = false
        /// The row of a placement that was made by this command and is as it was made; nil is to be looked up.
        var made: Row?
    }

    /// Changed rows, in the order of their first change.
    private(set) var entries: [Entry] = []
    private var positions: [RowKey: Int] = [:]
    /// Nodes with a new document, and how many replicas each had before.
    private(set) var touchedNodes: [NodeID: Int] = [:]
    /// Nodes that may have lost their last placement, or got the first one since.
    var unsettledNodes: Set<NodeID> = []
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

    /// Notes a change, `isRevision` where it only counts one; `original` is asked for only when it is the row's first.
    mutating func remember(
        _ key: RowKey, _ durability: RowChange.Durability, isRevision: Bool = false,
        original: (RowKey) -> Row?
    ) {
        let isDecision = durability == .decision
        let position = self.position(of: key)
        guard position < entries.count else {
            entries.append(
                Entry(
                    key: key, original: original(key), isDecision: isDecision, isRevision: isRevision))
            return
        }
        entries[position].made = nil
        if isDecision { entries[position].isDecision = true }
        if !isRevision { entries[position].isRevision = false }
    }

    /// Notes a placement that nobody knew before.
    mutating func rememberNew(_ row: AssignmentRow) {
        let key = RowKey.assignment(row.id)
        positions[key] = entries.count
        entries.append(Entry(key: key, original: nil, isDecision: true, made: .assignment(row)))
    }

    /// Makes room for so many placements on as many nodes, once instead of as they come.
    ///
    /// Few are left to the arrays' own growth, which stays cheap when a command makes few placements many times.
    mutating func reserve(placements: Int) {
        guard placements > entries.count else { return }
        let count = entries.count + 2 * placements
        entries.reserveCapacity(count)
        positions.reserveCapacity(count)
        touchedNodes.reserveCapacity(touchedNodes.count + placements)
        events.reserveCapacity(events.count + placements)
    }

    /// Tells the position of a key, or gives it the next one: one look-up for both.
    private mutating func position(of key: RowKey) -> Int {
        func told(_ position: inout Int) -> Int { position }
        return told(&positions[key, default: entries.count])
    }

    /// Whether a row was made by this command.
    func isNew(_ key: RowKey) -> Bool {
        positions[key].map { entries[$0].original == nil } ?? false
    }

    /// True the first time a node is touched.
    mutating func touch(_ nodeID: NodeID, replicasBefore: Int) -> Bool {
        // Told apart by the count: one look-up, where asking first would be two.
        let count = touchedNodes.count
        touchedNodes[nodeID, default: replicasBefore] += 0
        return touchedNodes.count > count
    }
}
