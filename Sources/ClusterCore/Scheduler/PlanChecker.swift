import Model

/// Distrusts plans: works everything out again from the rows, without the scheduler's indexes.
enum PlanChecker {
    /// What is wrong with a plan; empty when it may be committed.
    static func violations(
        of plan: PlacementPlan, for request: PlacementRequest, in cluster: Cluster
    ) -> [String] {
        var violations = numberViolations(of: plan, for: request, in: cluster)
        for placements in placementsByNode(plan.placements) {
            let nodeID = placements[placements.startIndex].nodeID
            guard let node = cluster.tables.nodes[nodeID], node.tombstone == nil else {
                violations.append("node \(nodeID) does not exist")
                continue
            }
            if cluster.status(of: nodeID) != .ready { violations.append("node \(nodeID) is not ready") }
            if node.availability != .open {
                violations.append("node \(nodeID) is \(node.availability.rawValue)")
            }
            if cluster.isHeld(node) { violations.append("node \(nodeID) acts in another history") }
            violations += nodeViolations(of: placements, request, on: node, in: cluster)
        }
        return violations.sorted()
    }

    /// What would be wrong with a placement in its new form, where it stands already.
    static func violations(ofStaying row: AssignmentRow, in cluster: Cluster) -> [String] {
        guard let node = cluster.tables.nodes[row.nodeID] else {
            return ["node \(row.nodeID) does not exist"]
        }
        let load = NodeLoad(rows: cluster.rows(on: node.id).filter { $0.id != row.id } + [row])
        let resources = row.resources
        return load.portConflicts.map { "node \(node.id): \($0)" }
            + load.overload(
                of: node, asking: (resources?.cpuMillis ?? 0) > 0, memory: (resources?.memoryBytes ?? 0) > 0)
    }

    /// What would be wrong with taking replicas down where they stand: too many of them would not serve.
    ///
    /// Counted anew from what nodes reported; replicas that do not serve anyway, or whose container stays as it is,
    /// may go in any number.
    static func violations(
        ofAdvancing numbers: [Int], of row: DeploymentRow, in cluster: Cluster
    ) -> [String] {
        guard row.spec.desiredState == .running, row.spec.strategy.kind == .rolling else { return [] }
        let replicas = cluster.observedReplicas(of: row)
        let down = replicas.count { !$0.isAvailable }
        let taken = replicas.count { numbers.contains($0.number) && $0.isAvailable && !$0.isUnchanged }
        let most = row.spec.strategy.maxUnavailable
        guard taken > 0, taken + down > most else { return [] }
        return ["deployment \(row.id): \(taken) replicas taken down beside \(down), \(most) allowed"]
    }

    private static func numberViolations(
        of plan: PlacementPlan, for request: PlacementRequest, in cluster: Cluster
    ) -> [String] {
        var violations: [String] = []
        var seen: Set<Int> = []
        let current = cluster.tables.placements[request.deploymentID]?.current ?? [:]
        for number in plan.placements.map(\.replicaNumber) {
            if !seen.insert(number).inserted { violations.append("replica \(number) is placed twice") }
            if request.spec.mode == .replicated, !(0..<request.spec.replicas).contains(number) {
                violations.append("replica \(number) is not declared")
            }
            if !request.movesReplicas, current[number] != nil {
                violations.append("replica \(number) has a place already")
            }
        }
        return violations
    }

    /// The placements of each node; in the plan's order where no node has two, which is the order of the memory too.
    private static func placementsByNode(
        _ placements: [PlacementPlan.Placement]
    ) -> [ArraySlice<PlacementPlan.Placement>] {
        var nodes = Set<NodeID>(minimumCapacity: placements.count)
        for placement in placements { nodes.insert(placement.nodeID) }
        guard nodes.count < placements.count else { return placements.indices.map { placements[$0...$0] } }
        let sorted = placements.sorted { $0.nodeID < $1.nodeID }
        var groups: [ArraySlice<PlacementPlan.Placement>] = []
        var start = sorted.startIndex
        while start < sorted.endIndex {
            let rest = sorted[start...]
            let end = rest.firstIndex { $0.nodeID != sorted[start].nodeID } ?? sorted.endIndex
            groups.append(sorted[start..<end])
            start = end
        }
        return groups
    }

    private static func nodeViolations(
        of placements: ArraySlice<PlacementPlan.Placement>, _ request: PlacementRequest, on node: NodeRow,
        in cluster: Cluster
    ) -> [String] {
        var asked = PortSketch()
        for placement in placements { asked.insert(placement.ports) }
        let usage = cluster.tables.usage[node.id]
        var load = NodeLoad(usage, asking: asked, of: request.deploymentID)
        let wanted = request.resources
        for placement in placements {
            load.add(placement.ports, of: .replica(placement.replicaNumber))
            load.cpuMillis += wanted?.cpuMillis ?? 0
            load.memoryBytes += wanted?.memoryBytes ?? 0
        }
        var violations = load.portConflicts.map { "node \(node.id): \($0)" }
        violations += portViolations(of: placements, on: node.id, in: cluster)
        violations += load.overload(
            of: node, asking: (wanted?.cpuMillis ?? 0) > 0, memory: (wanted?.memoryBytes ?? 0) > 0)
        if let most = request.mostPerNode {
            let count = load.currentReplicas + placements.count
            if count > most { violations.append("node \(node.id): \(count) replicas, \(most) allowed") }
        }
        if let refusal = cluster.configRefusal(
            of: request.deploymentID, at: request.generation, on: node.id, usage: usage)
        {
            violations.append("node \(node.id): \(refusal.detail)")
        }
        return violations
    }

    private static func portViolations(
        of placements: ArraySlice<PlacementPlan.Placement>, on nodeID: NodeID, in cluster: Cluster
    ) -> [String] {
        guard placements.contains(where: { !$0.ports.isEmpty }) else { return [] }
        let foreign = cluster.live[nodeID]?.foreignPorts ?? []
        var violations: [String] = []
        for placement in placements {
            for port in placement.ports where port.publish {
                if let number = port.hostPort {
                    guard foreign.contains(number) else { continue }
                    violations.append("node \(nodeID): port \(number) is foreign")
                } else {
                    violations.append("node \(nodeID): port \(port.containerPort) has no host port")
                }
            }
        }
        return violations
    }
}
