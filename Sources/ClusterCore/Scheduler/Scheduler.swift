import Model

/// Chooses nodes for replicas that have none; what stands already is not its business.
///
/// A node that refuses one replica of a request refuses all later ones too, since placing only takes room: it leaves
/// the heap at its first refusal. Reasons are worked out only when a replica is left without a place.
struct Scheduler {
    private let cluster: Cluster
    private let index: NodeIndex
    private var cursor: UInt64
    /// How often a node was looked at: what a plan costs, whatever the machine.
    private(set) var looks = 0

    /// Plans on a cluster as it is; its node index is brought up to date where it is not.
    init(_ cluster: Cluster) {
        var index = cluster.nodeIndex
        if !index.isFresh { index.refresh(from: cluster) }
        self.cluster = cluster
        self.index = index
        cursor = cluster.tables.meta.schedulerCursor
    }

    /// Plans one request; nothing is changed by it.
    mutating func place(_ request: PlacementRequest) -> PlacementPlan {
        let counts = replicaCounts(of: request.deploymentID)
        var draft = PlacementDraft(
            request, standing: counts,
            mayRefuseConfigs: cluster.mayRefuseConfigs(of: request.deploymentID, at: request.generation))
        let preferences = PlacementPreferences(request.spec.placement)
        looks += index.slots.count
        var heap = ScoreHeap(willing(for: request, preferences, counts))
        var plan = PlacementPlan(cursor: cursor)
        let start = cursor
        for replica in request.replicas {
            guard let placement = placeOne(replica, preferences, &draft, &heap, start) else {
                plan.unplaced.append(UnplacedReplica(replicaNumber: replica, refusals: []))
                continue
            }
            plan.placements.append(placement)
        }
        plan.cursor = cursor
        guard request.explains, !plan.unplaced.isEmpty else { return plan }
        looks += index.slots.count
        let refusals = explanation(of: draft)
        for index in plan.unplaced.indices { plan.unplaced[index].refusals = refusals }
        return plan
    }

    private func willing(
        for request: PlacementRequest, _ preferences: PlacementPreferences, _ counts: [Int]
    ) -> [ScoreHeap.Item] {
        let asksMore = NodeFilters.asksMore(request)
        var items: [ScoreHeap.Item] = []
        items.reserveCapacity(index.slots.count)
        for position in index.slots.indices where index.slots[position].isOpen {
            if asksMore, NodeFilters.refusal(of: index.slots[position].standing, for: request) != nil {
                continue
            }
            let score = PlacementScore(
                preferences, index.slots[position].standing, replicaCount: counts[position],
                committed: index.slots[position].committed, rounds: 0,
                turn: index.slots[position].ordinal &- cursor &- 1)
            items.append(.init(score: score, slot: UInt32(position)))
        }
        return items
    }

    /// Current replicas of the deployment on each node, by position in the index.
    private func replicaCounts(of id: DeploymentID) -> [Int] {
        var counts = [Int](repeating: 0, count: index.slots.count)
        for (nodeID, count) in cluster.tables.placements[id]?.nodes ?? [:] {
            if let position = index.position(of: nodeID) { counts[position] = count }
        }
        return counts
    }

    private mutating func placeOne(
        _ replica: Int, _ preferences: PlacementPreferences, _ draft: inout PlacementDraft,
        _ heap: inout ScoreHeap, _ start: UInt64
    ) -> PlacementPlan.Placement? {
        while let best = heap.first {
            let position = Int(best.slot)
            guard case .resolved(let ports) = fit(draft, on: position) else {
                heap.removeFirst()
                continue
            }
            draft.take(ports, on: position)
            let slot = index.slots[position]
            cursor = slot.ordinal
            let committed = slot.committed(
                with: draft.request.resources, times: Int64(draft.count(on: position)))
            let score = best.score.next(
                preferences, committed: committed, turn: slot.ordinal &- start &- 1)
            heap.replaceFirst(with: .init(score: score, slot: best.slot))
            return .init(replicaNumber: replica, nodeID: slot.standing.id, ports: ports)
        }
        return nil
    }

    private func fit(_ draft: PlacementDraft, on position: Int) -> PortResolver.Finding {
        let slot = index.slots[position]
        let request = draft.request
        let times = Int64(draft.count(on: position))
        if let refusal = NodeFilters.roomRefusal(
            capacity: slot.standing.inventory.capacity, replicas: draft.replicas(on: position),
            of: request.mostPerNode,
            cpuMillis: slot.cpuMillis + (request.resources?.cpuMillis ?? 0) * times,
            memoryBytes: slot.memoryBytes + (request.resources?.memoryBytes ?? 0) * times,
            for: request.resources)
        {
            return .refused(refusal)
        }
        if draft.mayRefuseConfigs, let refusal = configRefusal(of: request, on: slot.standing.id) {
            return .refused(refusal)
        }
        guard !request.ports.isEmpty else { return .resolved([]) }
        return PortResolver(
            settings: cluster.settings, reserved: cluster.tables.ports(of: slot.standing.id),
            foreignPorts: slot.standing.foreignPorts, planned: draft.ports(on: position)
        ).resolve(request.ports)
    }

    private func configRefusal(of request: PlacementRequest, on nodeID: NodeID) -> Refusal? {
        cluster.configRefusal(
            of: request.deploymentID, at: request.generation, on: nodeID,
            usage: cluster.tables.usage[nodeID])
    }

    /// Why each node takes no more of the request.
    private func explanation(of draft: PlacementDraft) -> [FilterRefusal] {
        var tally = RefusalTally()
        for position in index.slots.indices {
            let standing = index.slots[position].standing
            if let refusal = standing.refusal ?? NodeFilters.refusal(of: standing, for: draft.request) {
                tally.note(refusal, by: standing)
            } else if case .refused(let refusal) = fit(draft, on: position) {
                tally.note(refusal, by: standing)
            }
        }
        return tally.refusals { cluster.tables.deployments[$0]?.spec.name }
    }
}
