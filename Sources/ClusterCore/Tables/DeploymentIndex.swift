import Model

/// The placements of one deployment, kept up to date with every row.
struct DeploymentIndex: Hashable, Sendable {
    /// The current placement of each placed replica.
    var current: [Int: AssignmentID] = [:]
    /// The additional placement of a replica that shall take over.
    var arriving: [Int: AssignmentID] = [:]
    /// Placements on their way out.
    var retiring: Set<AssignmentID> = []
    /// How many current and arriving placements there are on each node.
    var nodes: [NodeID: Int] = [:]
    /// How many current placements there are of each generation.
    var generations: [UInt64: Int] = [:]

    var isEmpty: Bool { current.isEmpty && arriving.isEmpty && retiring.isEmpty }

    /// Adds a placement; the answer is what is to be done now, or nil where that is what was to be done before.
    mutating func add(_ row: AssignmentRow, facts: DeploymentFacts?) -> DeploymentWork? {
        let before = work(facts)
        add(row)
        let after = work(facts)
        return before.isListed(like: after) ? nil : after
    }

    /// Adds a placement; false when its replica has another current one.
    mutating func insert(_ row: AssignmentRow) -> Bool {
        if row.isCurrent, current[row.replicaNumber] != nil { return false }
        add(row)
        return true
    }

    /// Takes a placement away; the answer is what is to be done now.
    mutating func remove(_ row: AssignmentRow, facts: DeploymentFacts?) -> DeploymentWork {
        remove(row)
        return work(facts)
    }

    /// What is to be done; a deleted deployment has no facts and no work.
    func work(_ facts: DeploymentFacts?) -> DeploymentWork {
        var work = DeploymentWork(isEmpty: isEmpty)
        guard let facts else { return work }
        work.isPerNode = facts.isPerNode
        work.isUnfinished = !facts.isComplete
        work.isPending = !facts.isPerNode && current.count != facts.replicas
        work.isOutdated = isOutdated(at: facts.generation)
        work.isSurging = !arriving.isEmpty
        return work
    }

    private mutating func add(_ row: AssignmentRow) {
        if row.isWanted { nodes[row.nodeID, default: 0] += 1 }
        switch row.phase {
        case .arriving: arriving[row.replicaNumber] = row.id
        case .retiring: retiring.insert(row.id)
        case .current:
            current[row.replicaNumber] = row.id
            generations[row.generation, default: 0] += 1
        }
    }

    private mutating func remove(_ row: AssignmentRow) {
        if row.isWanted, let count = nodes[row.nodeID] {
            nodes[row.nodeID] = count > 1 ? count - 1 : nil
        }
        guard row.isCurrent else {
            retiring.remove(row.id)
            if arriving[row.replicaNumber] == row.id { arriving[row.replicaNumber] = nil }
            return
        }
        if current[row.replicaNumber] == row.id { current[row.replicaNumber] = nil }
        if let count = generations[row.generation] {
            generations[row.generation] = count > 1 ? count - 1 : nil
        }
    }

    /// Whether some current placement is of another generation.
    func isOutdated(at generation: UInt64) -> Bool {
        generations.count > (generations[generation] == nil ? 0 : 1)
    }
}
