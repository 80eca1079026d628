import Model

/// What placements take from a node, summed up anew from rows.
struct NodeLoad {
    private(set) var portConflicts: [String] = []
    var cpuMillis: Int64 = 0
    var memoryBytes: Int64 = 0
    private let rows: [AssignmentRow]
    private var held: [PortTable.Key: [(hostIP: String?, owner: String)]] = [:]

    init(rows: [AssignmentRow]) {
        self.rows = rows
        for row in rows {
            add(Array(Set(row.ports + row.formerPorts)), of: "assignment \(row.id)")
            cpuMillis += row.resources?.cpuMillis ?? 0
            memoryBytes += row.resources?.memoryBytes ?? 0
        }
    }

    /// Adds reservations and notes those that collide with another owner's.
    mutating func add(_ ports: [PortMapping], of owner: String) {
        for port in ports {
            guard let number = port.hostPort else { continue }
            let key = PortTable.Key(transport: port.transport, port: number)
            let address = PortTable.canonicalAddress(port.hostIP)
            for other in held[key] ?? [] where other.owner != owner {
                guard address == nil || other.hostIP == nil || address == other.hostIP else { continue }
                portConflicts.append(
                    "\(key.transport.rawValue) port \(number) of \(owner) is held by \(other.owner)")
            }
            held[key, default: []].append((address, owner))
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

    /// Current and arriving replicas of a deployment.
    func currentReplicas(of deploymentID: DeploymentID) -> Int {
        rows.count { $0.isWanted && $0.deploymentID == deploymentID }
    }
}
