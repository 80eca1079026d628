import Model

/// The rules of a declaration that the core's own arithmetic relies on; the grammar of names and images is
/// checked where bodies are read.
enum DeploymentRules {
    static func check(_ spec: DeploymentSpec) throws(Rejection) {
        let faults = faults(of: spec)
        guard let first = faults.first else { return }
        throw Rejection(.invalid, "\(first.field): \(first.message)", faults: faults)
    }

    static func faults(of spec: DeploymentSpec) -> [Rejection.Fault] {
        var faults: [Rejection.Fault] = []
        func refuse(_ field: String, _ message: String) {
            faults.append(.init(field: field, message: message))
        }
        if !(0...SpecLimits.replicas).contains(spec.replicas) {
            refuse("replicas", "must be 0 to \(SpecLimits.replicas)")
        }
        if let most = spec.placement?.maxPerNode, most < 1 {
            refuse("placement.max_per_node", "must be at least 1")
        }
        if !isSane(spec.container.resources?.cpuMillis) { refuse("resources.cpu_millis", "out of range") }
        if !isSane(spec.container.resources?.memoryBytes) { refuse("resources.memory_bytes", "out of range") }
        return faults + portFaults(of: spec.servedPorts)
    }

    private static func portFaults(of ports: [PortMapping]) -> [Rejection.Fault] {
        var faults: [Rejection.Fault] = []
        for (index, port) in ports.enumerated() {
            if port.containerPort == 0 {
                faults.append(.init(field: "ports[\(index)].container_port", message: "must be 1 to 65535"))
            }
            if port.hostPort == 0 {
                faults.append(.init(field: "ports[\(index)].host_port", message: "must be 1 to 65535"))
            }
            for (other, earlier) in ports[..<index].enumerated() where earlier.transport == port.transport {
                if earlier.containerPort == port.containerPort {
                    faults.append(
                        .init(field: "ports[\(index)].container_port", message: "is also ports[\(other)]"))
                }
                if let hostPort = port.hostPort, hostPort == earlier.hostPort, overlaps(port, earlier) {
                    faults.append(
                        .init(field: "ports[\(index)].host_port", message: "is also ports[\(other)]"))
                }
            }
        }
        return faults
    }

    private static func overlaps(_ left: PortMapping, _ right: PortMapping) -> Bool {
        let addresses = (PortTable.canonicalAddress(left.hostIP), PortTable.canonicalAddress(right.hostIP))
        return addresses.0 == nil || addresses.1 == nil || addresses.0 == addresses.1
    }

    /// A sum over every replica there can be must not overflow.
    private static func isSane(_ amount: Int64?) -> Bool {
        guard let amount else { return true }
        return (0...(Int64.max >> 20)).contains(amount)
    }
}
