import Model

/// Chooses nodes for replicas that have none; what stands already is not its business.
///
/// A node that refuses one replica of a request refuses all later ones too, since placing only takes room: each
/// node is asked the standing questions once, and leaves the heap at its first refusal.
struct Scheduler {
    private var candidates: [Candidate]
    private var cursor: UInt64
    private let settings: ClusterSettings

    init(candidates: [Candidate], cursor: UInt64, settings: ClusterSettings) {
        self.candidates = candidates
        self.cursor = cursor
        self.settings = settings
    }

    /// Plans one request; later requests see its placements.
    mutating func place(_ request: PlacementRequest) -> PlacementPlan {
        var tally = RefusalTally()
        var heap = ScoreHeap(willing(for: request, &tally))
        var plan = PlacementPlan(cursor: cursor)
        let start = cursor
        for replica in request.replicas {
            guard let placement = placeOne(replica, request, &heap, &tally, start) else {
                plan.unplaced.append(UnplacedReplica(replicaNumber: replica, refusals: []))
                continue
            }
            plan.placements.append(placement)
        }
        plan.cursor = cursor
        let refusals = plan.unplaced.isEmpty ? [] : tally.refusals
        for index in plan.unplaced.indices { plan.unplaced[index].refusals = refusals }
        return plan
    }

    private func willing(for request: PlacementRequest, _ tally: inout RefusalTally) -> [ScoreHeap.Item] {
        var items: [ScoreHeap.Item] = []
        items.reserveCapacity(candidates.count)
        for index in candidates.indices {
            if let refusal = NodeFilters.standingRefusal(of: candidates[index], for: request.spec) {
                tally.note(refusal, by: candidates[index])
                continue
            }
            let score = PlacementScore(candidates[index], for: request, rounds: 0, cursor: cursor)
            items.append(.init(score: score, candidate: index, rounds: 0))
        }
        return items
    }

    private mutating func placeOne(
        _ replica: Int, _ request: PlacementRequest, _ heap: inout ScoreHeap, _ tally: inout RefusalTally,
        _ start: UInt64
    ) -> PlacementPlan.Placement? {
        while let best = heap.first {
            switch fit(request, on: candidates[best.candidate]) {
            case .refused(let refusal):
                tally.note(refusal, by: candidates[best.candidate])
                heap.removeFirst()
            case .resolved(let ports):
                take(ports, of: request, on: best.candidate)
                let score = PlacementScore(
                    candidates[best.candidate], for: request, rounds: best.rounds + 1, cursor: start)
                heap.replaceFirst(
                    with: .init(score: score, candidate: best.candidate, rounds: best.rounds + 1))
                return .init(replicaNumber: replica, nodeID: candidates[best.candidate].id, ports: ports)
            }
        }
        return nil
    }

    private func fit(_ request: PlacementRequest, on candidate: Candidate) -> PortResolver.Finding {
        let spec = request.spec
        if let refusal = NodeFilters.roomRefusal(of: candidate, for: spec, deploymentID: request.deploymentID)
        {
            return .refused(refusal)
        }
        return PortResolver(
            settings: settings, reserved: candidate.usage.ports, foreignPorts: candidate.foreignPorts
        ).resolve(spec.ports)
    }

    private mutating func take(_ ports: [PortMapping], of request: PlacementRequest, on index: Int) {
        let resources = request.spec.container.resources
        candidates[index].usage.ports.reserve(ports, for: request.deploymentID, nil)
        candidates[index].usage.cpuMillis += resources?.cpuMillis ?? 0
        candidates[index].usage.memoryBytes += resources?.memoryBytes ?? 0
        candidates[index].usage.replicas[request.deploymentID, default: 0] += 1
        cursor = candidates[index].ordinal
    }
}
