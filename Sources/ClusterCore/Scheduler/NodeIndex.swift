import Model

/// What the scheduler asks of every node whatever is to be placed, kept from command to command.
///
/// Follows the rows and reports lazily: whoever changes a node marks it, and the next plan looks at the marked
/// ones only. One slot is a few words, so that a plan can look at all of them.
struct NodeIndex: Sendable {
    /// What of a node changes rarely; shared between plans.
    final class Standing: Sendable {
        let id: NodeID
        let ordinal: UInt64
        let name: String?
        let inventory: Inventory
        let labels: [String: String]
        let capabilities: Set<AgentCapability>
        /// Ports taken by others.
        let foreignPorts: Set<UInt16>
        /// Why the node takes nothing at present; nil when it does.
        let refusal: Refusal?

        init(
            _ row: NodeRow, capabilities: Set<AgentCapability>, foreignPorts: Set<UInt16>, refusal: Refusal?
        ) {
            id = row.id
            ordinal = row.ordinal
            name = row.name
            inventory = row.inventory
            labels = row.labels
            self.capabilities = capabilities
            self.foreignPorts = foreignPorts
            self.refusal = refusal
        }

        /// The name people know it by.
        var displayName: String { name ?? id.description }
    }

    /// One node.
    struct Slot: Sendable {
        var standing: Standing
        var ordinal: UInt64
        /// Whether it takes anything at present.
        var isOpen: Bool
        /// What its placements take of its processor, in thousandths of a core.
        var cpuMillis: Int64
        /// What its placements take of its memory.
        var memoryBytes: Int64
        /// The larger of the committed fractions of processor and memory.
        var committed: Double

        init(_ standing: Standing, _ usage: NodeUsage?) {
            self.standing = standing
            ordinal = standing.ordinal
            isOpen = standing.refusal == nil
            (cpuMillis, memoryBytes, committed) = (0, 0, 0)
            use(usage)
        }

        /// Takes what its placements take now.
        mutating func use(_ usage: NodeUsage?) {
            cpuMillis = usage?.cpuMillis ?? 0
            memoryBytes = usage?.memoryBytes ?? 0
            committed = committed(with: nil, times: 0)
        }

        /// Takes one more placement in.
        mutating func add(_ resources: Resources?) {
            cpuMillis += resources?.cpuMillis ?? 0
            memoryBytes += resources?.memoryBytes ?? 0
            committed = committed(with: nil, times: 0)
        }

        /// The same with so many more replicas; 0 where nothing is known.
        func committed(with planned: Resources?, times: Int64) -> Double {
            let capacity = standing.inventory.capacity
            return max(
                Self.fraction(cpuMillis + (planned?.cpuMillis ?? 0) * times, of: capacity?.cpuMillis),
                Self.fraction(memoryBytes + (planned?.memoryBytes ?? 0) * times, of: capacity?.memoryBytes))
        }

        private static func fraction(_ used: Int64, of total: Int64?) -> Double {
            guard let total, total > 0 else { return 0 }
            return Double(used) / Double(total)
        }
    }

    private(set) var slots: [Slot] = []
    private var positions: [NodeID: Int] = [:]
    /// So many marks are not worth looking through for doubles.
    private static let fewMarks = 512
    private var markedStanding: Set<NodeID> = []
    /// May name a node more than once: a list is cheaper to write than a set, and every placement writes.
    private var markedUsage: [NodeID] = []

    /// Whether every slot is true.
    var isFresh: Bool { markedStanding.isEmpty && markedUsage.isEmpty }

    func position(of id: NodeID) -> Int? { positions[id] }

    /// The node's row, or what is thought of it, has changed.
    mutating func markStanding(_ id: NodeID) { markedStanding.insert(id) }

    /// What its placements take has changed.
    mutating func markUsage(_ id: NodeID) {
        markedUsage.append(id)
        guard markedUsage.count > 2 * max(positions.count, Self.fewMarks) else { return }
        markedUsage = Array(Set(markedUsage))
    }

    /// Takes a new placement in where its node is known, without looking at the others of the node.
    ///
    /// Where the node is marked as well, its slot is worked out anew all the same.
    mutating func add(_ row: AssignmentRow) {
        guard let position = positions[row.nodeID] else { return }
        slots[position].add(row.resources)
    }

    /// Marks what a row is about.
    mutating func mark(_ row: Row?) {
        switch row {
        case .node(let row): markedStanding.insert(row.id)
        case .assignment(let row): markUsage(row.nodeID)
        default: break
        }
    }

    /// Looks at what was marked.
    mutating func refresh(from cluster: borrowing Cluster) {
        for id in markedStanding { refreshStanding(id, cluster) }
        for id in markedUsage where !markedStanding.contains(id) {
            guard let position = positions[id] else { continue }
            slots[position].use(cluster.tables.usage[id])
        }
        markedStanding.removeAll(keepingCapacity: true)
        markedUsage.removeAll(keepingCapacity: true)
    }

    private mutating func refreshStanding(_ id: NodeID, _ cluster: borrowing Cluster) {
        guard let row = cluster.tables.nodes[id], row.tombstone == nil else { return remove(id) }
        let refusal = cluster.standingRefusal(of: row)
        let life = cluster.live[id]
        let standing = Standing(
            row, capabilities: life?.capabilities ?? [], foreignPorts: life?.foreignPorts ?? [],
            refusal: refusal)
        let slot = Slot(standing, cluster.tables.usage[id])
        if let position = positions[id] {
            slots[position] = slot
        } else {
            positions[id] = slots.count
            slots.append(slot)
        }
    }

    private mutating func remove(_ id: NodeID) {
        guard let position = positions.removeValue(forKey: id), let last = slots.popLast() else { return }
        guard position < slots.count else { return }
        slots[position] = last
        positions[last.standing.id] = position
    }
}

extension Cluster {
    /// Why a node takes nothing whatever it is.
    func standingRefusal(of row: NodeRow) -> Refusal? {
        let status = status(of: row.id)
        if status == .incompatible {
            return .agentVersion(found: live[row.id]?.agentVersion, window: settings.agentWindow)
        }
        guard status == .ready else { return .status(status) }
        guard row.availability == .open else { return .cordon(row.availability) }
        return isHeld(row) ? .unconfirmed : nil
    }

    mutating func refreshNodeIndex() {
        guard !nodeIndex.isFresh else { return }
        var index = nodeIndex
        nodeIndex = NodeIndex()
        index.refresh(from: self)
        nodeIndex = index
    }
}
