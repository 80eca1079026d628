import Model

/// The questions that decide whether a node can take a replica; each refuses with a reason.
enum NodeFilters {
    /// What does not change while replicas are being placed.
    static func standingRefusal(of candidate: Candidate, for spec: DeploymentSpec) -> Refusal? {
        guard candidate.status == .ready else { return .status(candidate.status) }
        return constraintRefusal(of: candidate, for: spec.constraints)
    }

    /// What each placed replica changes: how many stand there, and what is left.
    static func roomRefusal(
        of candidate: Candidate, for spec: DeploymentSpec, deploymentID: DeploymentID
    ) -> Refusal? {
        if let most = spec.placement?.maxPerNode, candidate.usage.replicas[deploymentID, default: 0] >= most {
            return .maxPerNode(most)
        }
        guard let resources = spec.container.resources else { return nil }
        let capacity = candidate.inventory.capacity
        return spaceRefusal("cpu_millis", resources.cpuMillis, candidate.usage.cpuMillis, capacity?.cpuMillis)
            ?? spaceRefusal(
                "memory_bytes", resources.memoryBytes, candidate.usage.memoryBytes, capacity?.memoryBytes)
    }

    /// Whether the node is the kind of node that is asked for.
    static func constraintRefusal(of candidate: Candidate, for constraints: Constraints?) -> Refusal? {
        guard let constraints else { return nil }
        let inventory = candidate.inventory
        if let wanted = constraints.arch, inventory.arch.map({ Architecture.isSame($0, wanted) }) != true {
            return .arch(wanted: wanted, found: inventory.arch)
        }
        if let wanted = constraints.os, inventory.os.map({ $0.lowercased() == wanted.lowercased() }) != true {
            return .os(wanted: wanted, found: inventory.os)
        }
        return labelRefusal(of: candidate, for: constraints.labels)
            ?? sizeRefusal("cpu_millis", constraints.capacity?.cpuMillis, inventory.capacity?.cpuMillis)
            ?? sizeRefusal("memory_bytes", constraints.capacity?.memoryBytes, inventory.capacity?.memoryBytes)
    }

    private static func labelRefusal(of candidate: Candidate, for labels: [String: String]) -> Refusal? {
        let unmet = labels.filter { candidate.labels[$0.key] != $0.value }
        guard let (key, wanted) = unmet.min(by: { $0.key < $1.key }) else { return nil }
        return .label(key: key, wanted: wanted, found: candidate.labels[key])
    }

    /// An unknown size refuses nothing.
    private static func sizeRefusal(_ resource: String, _ wanted: Int64?, _ found: Int64?) -> Refusal? {
        guard let wanted, let found, found < wanted else { return nil }
        return .capacity(resource: resource, wanted: wanted, found: found)
    }

    private static func spaceRefusal(
        _ resource: String, _ wanted: Int64?, _ used: Int64, _ capacity: Int64?
    ) -> Refusal? {
        guard let wanted, let capacity, wanted > 0, capacity - used < wanted else { return nil }
        return .freeCapacity(resource: resource, wanted: wanted, free: max(0, capacity - used))
    }
}
