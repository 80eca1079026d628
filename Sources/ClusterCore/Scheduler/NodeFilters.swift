import Model

/// The questions that decide whether a node can take a replica; each refuses with a reason.
enum NodeFilters {
    /// Whether a request asks anything of a node beyond room.
    static func asksMore(_ request: PlacementRequest) -> Bool {
        request.spec.constraints != nil || request.spec.requiresPublicIP || !request.capabilities.isEmpty
    }

    /// What does not change while replicas are being placed.
    static func refusal(of node: NodeIndex.Standing, for request: PlacementRequest) -> Refusal? {
        capabilityRefusal(of: node.capabilities, for: request.capabilities)
            ?? constraintRefusal(node.inventory, node.labels, request.spec)
    }

    /// Whether the node's agent knows everything that is needed.
    static func capabilityRefusal(
        of capabilities: Set<AgentCapability>, for needed: [AgentCapability]
    ) -> Refusal? {
        needed.first { !capabilities.contains($0) }.map(Refusal.agentTooOld)
    }

    /// What each placed replica changes: how many stand there, and what is left.
    static func roomRefusal(
        of candidate: Candidate, for spec: DeploymentSpec, deploymentID: DeploymentID
    ) -> Refusal? {
        capabilityRefusal(of: candidate.capabilities, for: spec.requiredCapabilities)
            ?? roomRefusal(
                capacity: candidate.inventory.capacity,
                replicas: candidate.usage.replicas[deploymentID] ?? 0, of: most(of: spec),
                cpuMillis: candidate.usage.cpuMillis, memoryBytes: candidate.usage.memoryBytes,
                for: spec.container.resources)
    }

    /// The same for a node of which that much is taken.
    static func roomRefusal(
        capacity: Capacity?, replicas: Int, of most: Int?, cpuMillis: Int64, memoryBytes: Int64,
        for wanted: Resources?
    ) -> Refusal? {
        if let most, replicas >= most { return .maxPerNode(most) }
        guard let wanted else { return nil }
        return spaceRefusal("cpu_millis", wanted.cpuMillis, cpuMillis, capacity?.cpuMillis)
            ?? spaceRefusal("memory_bytes", wanted.memoryBytes, memoryBytes, capacity?.memoryBytes)
    }

    /// The most replicas of a deployment on one node; nil is unlimited.
    static func most(of spec: DeploymentSpec) -> Int? {
        spec.mode == .perNode ? 1 : spec.placement?.maxPerNode
    }

    /// Whether the node is the kind of node that is asked for.
    static func constraintRefusal(of candidate: Candidate, for spec: DeploymentSpec) -> Refusal? {
        constraintRefusal(candidate.inventory, candidate.labels, spec)
    }

    static func constraintRefusal(
        _ inventory: Inventory, _ found: [String: String], _ spec: DeploymentSpec
    ) -> Refusal? {
        if spec.needsPublicIP, inventory.publicIP == nil { return .publicIP }
        guard let constraints = spec.constraints else { return nil }
        if let wanted = constraints.arch, inventory.arch.map({ Architecture.isSame($0, wanted) }) != true {
            return .arch(wanted: wanted, found: inventory.arch)
        }
        if let wanted = constraints.os, inventory.os.map({ Self.isSameWord($0, wanted) }) != true {
            return .os(wanted: wanted, found: inventory.os)
        }
        if let refusal = labelRefusal(found, constraints.labels) { return refusal }
        return sizeRefusal("cpu_millis", constraints.capacity?.cpuMillis, inventory.capacity?.cpuMillis)
            ?? sizeRefusal("memory_bytes", constraints.capacity?.memoryBytes, inventory.capacity?.memoryBytes)
    }

    private static func isSameWord(_ left: String, _ right: String) -> Bool {
        left == right || left.lowercased() == right.lowercased()
    }

    private static func labelRefusal(_ found: [String: String], _ labels: [String: String]) -> Refusal? {
        guard !labels.isEmpty else { return nil }
        let unmet = labels.filter { found[$0.key] != $0.value }
        guard let (key, wanted) = unmet.min(by: { $0.key < $1.key }) else { return nil }
        return .label(key: key, wanted: wanted, found: found[key])
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
