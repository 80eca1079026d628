import Model

/// What the placements of one node take, kept up to date with every row.
struct NodeUsage: Hashable, Sendable {
    /// What it consists of; boxed, since it is looked up far oftener than changed.
    private struct Columns: Hashable, Sendable {
        var cpuMillis: Int64 = 0
        var memoryBytes: Int64 = 0
        var ports = PortTable()
        var replicas: [DeploymentID: Int] = [:]
        var current: [AssignmentID: AssignmentRow] = [:]
        var retiring: [AssignmentID: AssignmentRow] = [:]
        var awaiting: Set<AssignmentID> = []
        var configs: [ConfigReference: Int] = [:]
    }

    @Boxed private var columns: Columns

    /// Thousandths of a core.
    var cpuMillis: Int64 { columns.cpuMillis }
    /// Bytes.
    var memoryBytes: Int64 { columns.memoryBytes }
    /// Host ports of current and retiring placements.
    var ports: PortTable { columns.ports }
    /// Current and arriving replicas of each deployment.
    var replicas: [DeploymentID: Int] { columns.replicas }
    /// Placements the node shall have.
    var current: [AssignmentID: AssignmentRow] { columns.current }
    /// Placements on their way out.
    var retiring: [AssignmentID: AssignmentRow] { columns.retiring }
    /// Of these, the ones its document keeps until it returns.
    var awaiting: Set<AssignmentID> { columns.awaiting }
    /// How many replicas of its document name each version of a config.
    var configs: [ConfigReference: Int] { columns.configs }

    init() { columns = Columns() }

    var isEmpty: Bool { current.isEmpty && retiring.isEmpty }
    /// How many replicas its document has.
    var documented: Int { current.count + awaiting.count }
    /// The placements its document has.
    var documentedRows: [AssignmentRow] { Array(current.values) + awaiting.compactMap { retiring[$0] } }

    mutating func add(_ row: AssignmentRow) {
        columns.ports.reserve(row.ports, for: row.deploymentID, row.id)
        columns.ports.reserve(row.formerPorts, for: row.deploymentID, row.id)
        columns.cpuMillis += row.resources?.cpuMillis ?? 0
        columns.memoryBytes += row.resources?.memoryBytes ?? 0
        if row.isWanted || row.isAwaitingReturn {
            for reference in row.configs { columns.configs[reference, default: 0] += 1 }
        }
        guard row.isWanted else {
            columns.retiring[row.id] = row
            if row.isAwaitingReturn { columns.awaiting.insert(row.id) }
            return
        }
        columns.current[row.id] = row
        columns.replicas[row.deploymentID, default: 0] += 1
    }

    /// Takes a placement away; true when nothing is left.
    @discardableResult
    mutating func remove(_ row: AssignmentRow) -> Bool {
        columns.ports.release(row.ports, of: row.id)
        columns.ports.release(row.formerPorts, of: row.id)
        columns.cpuMillis -= row.resources?.cpuMillis ?? 0
        columns.memoryBytes -= row.resources?.memoryBytes ?? 0
        if row.isWanted || row.isAwaitingReturn { forget(row.configs) }
        guard row.isWanted else {
            columns.retiring[row.id] = nil
            columns.awaiting.remove(row.id)
            return isEmpty
        }
        columns.current[row.id] = nil
        if let count = columns.replicas[row.deploymentID] {
            columns.replicas[row.deploymentID] = count > 1 ? count - 1 : nil
        }
        return isEmpty
    }

    private mutating func forget(_ references: [ConfigReference]) {
        for reference in references {
            guard let count = columns.configs[reference] else { continue }
            columns.configs[reference] = count > 1 ? count - 1 : nil
        }
    }
}
