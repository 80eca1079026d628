import Model

/// What placements take from a node, summed up anew from rows.
struct NodeLoad {
    /// Who holds a port; put into words only when it collides.
    enum Owner: Hashable, CustomStringConvertible {
        case assignment(AssignmentID)
        case replica(Int)

        var description: String {
            switch self {
            case .assignment(let id): "assignment \(id)"
            case .replica(let number): "replica \(number)"
            }
        }
    }

    private struct Hold {
        var key: PortTable.Key
        var hostIP: String?
        var owner: Owner
    }

    private(set) var portConflicts: [String] = []
    var cpuMillis: Int64 = 0
    var memoryBytes: Int64 = 0
    private var held: [Hold] = []
    /// Current and arriving replicas of the deployment that is asked for.
    private(set) var currentReplicas = 0
    private var deploymentID: DeploymentID?

    /// Sums rows up; `checking` compares their ports among themselves as well.
    init(rows: [AssignmentRow], checking: Bool = true) {
        for row in rows { add(row, checking: checking) }
    }

    /// Sums up a node's rows, whose ports were compared when they were made; kept are those that may be asked for.
    init(_ usage: NodeUsage?, asking ports: PortSketch, of deploymentID: DeploymentID) {
        self.deploymentID = deploymentID
        guard let usage else { return }
        for row in usage.current.values { add(row, asking: ports) }
        for row in usage.retiring.values { add(row, asking: ports) }
    }

    /// Adds reservations and notes those that collide with another owner's.
    mutating func add(_ ports: [PortMapping], of owner: Owner, checking: Bool = true) {
        for port in ports {
            guard let number = port.hostPort else { continue }
            let key = PortTable.Key(transport: port.transport, port: number)
            let hold = Hold(key: key, hostIP: PortTable.canonicalAddress(port.hostIP), owner: owner)
            if checking { check(hold) }
            held.append(hold)
        }
    }

    /// What is committed beyond the node's capacity, for the resources that are asked for.
    func overload(of node: NodeRow, asking cpu: Bool, memory: Bool) -> [String] {
        var violations: [String] = []
        if cpu, let capacity = node.inventory.capacity?.cpuMillis, cpuMillis > capacity {
            violations.append("node \(node.id): \(cpuMillis) cpu_millis committed of \(capacity)")
        }
        if memory, let capacity = node.inventory.capacity?.memoryBytes, memoryBytes > capacity {
            violations.append("node \(node.id): \(memoryBytes) memory_bytes committed of \(capacity)")
        }
        return violations
    }

    private mutating func add(_ row: AssignmentRow, asking ports: PortSketch) {
        guard row.portSketch.meets(ports) else { return addAmounts(of: row) }
        add(row, checking: false)
    }

    private mutating func add(_ row: AssignmentRow, checking: Bool) {
        add(row.ports, of: .assignment(row.id), checking: checking)
        if !row.formerPorts.isEmpty {
            add(
                row.formerPorts.filter { !row.ports.contains($0) }, of: .assignment(row.id),
                checking: checking)
        }
        addAmounts(of: row)
    }

    private mutating func addAmounts(of row: AssignmentRow) {
        cpuMillis += row.resources?.cpuMillis ?? 0
        memoryBytes += row.resources?.memoryBytes ?? 0
        if row.isWanted, row.deploymentID == deploymentID { currentReplicas += 1 }
    }

    private mutating func check(_ hold: Hold) {
        for other in held where other.key == hold.key && other.owner != hold.owner {
            guard hold.hostIP == nil || other.hostIP == nil || hold.hostIP == other.hostIP else { continue }
            portConflicts.append(
                "\(hold.key.transport.rawValue) port \(hold.key.port) of \(hold.owner) is held by \(other.owner)"
            )
        }
    }
}
