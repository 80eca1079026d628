import Model

/// What the placements of one node take, kept up to date with every row.
struct NodeUsage: Hashable, Sendable {
    /// Thousandths of a core.
    var cpuMillis: Int64 = 0
    /// Bytes.
    var memoryBytes: Int64 = 0
    /// Host ports of current and retiring placements.
    var ports = PortTable()
    /// Current and arriving replicas of each deployment.
    var replicas: [DeploymentID: Int] = [:]
    /// Placements the node shall have.
    var current: [AssignmentID: AssignmentRow] = [:]
    /// Placements on their way out.
    var retiring: [AssignmentID: AssignmentRow] = [:]
    /// Of these, the ones its document keeps until it returns.
    var awaiting: Set<AssignmentID> = []
    /// How many replicas of its document name each version of a config.
    var configs: [ConfigReference: Int] = [:]

    var isEmpty: Bool { current.isEmpty && retiring.isEmpty }
    /// How many replicas its document has.
    var documented: Int { current.count + awaiting.count }
    /// The placements its document has.
    var documentedRows: [AssignmentRow] { Array(current.values) + awaiting.compactMap { retiring[$0] } }

    mutating func add(_ row: AssignmentRow) {
        ports.reserve(row.ports, for: row.deploymentID, row.id)
        ports.reserve(row.formerPorts, for: row.deploymentID, row.id)
        cpuMillis += row.resources?.cpuMillis ?? 0
        memoryBytes += row.resources?.memoryBytes ?? 0
        if row.isWanted || row.isAwaitingReturn {
            for reference in row.configs { configs[reference, default: 0] += 1 }
        }
        guard row.isWanted else {
            retiring[row.id] = row
            if row.isAwaitingReturn { awaiting.insert(row.id) }
            return
        }
        current[row.id] = row
        replicas[row.deploymentID, default: 0] += 1
    }

    /// Takes a placement away; true when nothing is left.
    @discardableResult
    mutating func remove(_ row: AssignmentRow) -> Bool {
        ports.release(row.ports, of: row.id)
        ports.release(row.formerPorts, of: row.id)
        cpuMillis -= row.resources?.cpuMillis ?? 0
        memoryBytes -= row.resources?.memoryBytes ?? 0
        if row.isWanted || row.isAwaitingReturn { forget(row.configs) }
        guard row.isWanted else {
            retiring[row.id] = nil
            awaiting.remove(row.id)
            return isEmpty
        }
        current[row.id] = nil
        if let count = replicas[row.deploymentID] { replicas[row.deploymentID] = count > 1 ? count - 1 : nil }
        return isEmpty
    }

    private mutating func forget(_ references: [ConfigReference]) {
        for reference in references {
            guard let count = configs[reference] else { continue }
            configs[reference] = count > 1 ? count - 1 : nil
        }
    }
}
