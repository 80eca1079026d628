import Model

@testable import ClusterCore

/// Watches every command for what no update may ever do, from rows, documents and events alone.
struct RolloutWatch {
    private struct Told: Hashable {
        var assignment: AssignmentID
        var generation: UInt64
    }

    /// What each placement was told of each generation.
    private var told: [Told: ContainerSpec] = [:]
    /// The newest generation each placement was told.
    private var newest: [AssignmentID: UInt64] = [:]
    private var ready: [DeploymentID: Set<Int>] = [:]
    private var stopped: [DeploymentID: (generation: UInt64, replicas: [AssignmentID: UInt64])] = [:]

    /// Remembers what there is before a command.
    mutating func before(_ bench: ClusterBench) {
        ready = [:]
        stopped = [:]
        for row in bench.cluster.deploymentRows() {
            let view = bench.cluster.deployment(row.id, explaining: false)
            ready[row.id] = Set((view?.instances ?? []).filter(\.isReady).map(\.replicaNumber))
            guard row.rollout.isPaused || row.rollout.phase == .failed else { continue }
            stopped[row.id] = (row.generation, generations(view))
        }
    }

    /// What the command did that it must not.
    mutating func after(_ bench: ClusterBench) -> [String] {
        var problems: [String] = []
        for row in bench.cluster.deploymentRows() {
            guard let view = bench.cluster.deployment(row.id, explaining: false) else { continue }
            problems += takenDown(row, view, bench)
            problems += spread(row, view)
        }
        for node in bench.cluster.nodes() {
            problems += contradictions(bench.cluster.document(for: node.row.id))
        }
        return problems
    }

    /// No more than `max_unavailable` replicas that served are down by our own hand.
    private func takenDown(_ row: DeploymentRow, _ view: DeploymentView, _ bench: ClusterBench) -> [String] {
        guard row.spec.desiredState == .running, row.spec.strategy.kind == .rolling, let ready = ready[row.id]
        else { return [] }
        var moved: Set<Int> = []
        for event in bench.events {
            switch event {
            case .replicaAdvanced(row.id, let number, _): moved.insert(number)
            default: continue
            }
        }
        let down = Set(view.instances.filter { !$0.isReady }.map(\.replicaNumber))
        let taken = moved.intersection(ready).intersection(down)
        guard taken.count > row.spec.strategy.maxUnavailable else { return [] }
        return ["\(row.spec.name): \(taken.sorted()) taken down at once"]
    }

    /// A stopped wave stays stopped: no placed replica goes to the generation that is held up.
    private func spread(_ row: DeploymentRow, _ view: DeploymentView) -> [String] {
        guard let (generation, former) = stopped[row.id], generation == row.generation,
            row.rollout.isPaused || row.rollout.phase == .failed
        else {
            return []
        }
        let now = generations(view)
        return former.keys.sorted().compactMap { id in
            guard let before = former[id], let after = now[id], before < after,
                after == row.generation
            else { return nil }
            return "\(row.spec.name): placement \(id) went to \(after) although the update is stopped"
        }
    }

    /// A placement is told one container a generation, and never an older generation: so its node switches to it
    /// once, and back once at most.
    private mutating func contradictions(_ document: NodeDocument?) -> [String] {
        var problems: [String] = []
        for replica in document?.replicas ?? [] {
            let key = Told(assignment: replica.assignmentID, generation: replica.generation)
            if let before = told[key], before != replica.container {
                problems.append("\(key) was told two containers")
            }
            told[key] = replica.container
            if let last = newest[replica.assignmentID], last > replica.generation {
                problems.append("\(key) was told \(last) before")
            }
            newest[replica.assignmentID] = replica.generation
        }
        return problems
    }

    private func generations(_ view: DeploymentView?) -> [AssignmentID: UInt64] {
        Dictionary(
            (view?.instances ?? []).map { ($0.assignmentID, $0.generation) }, uniquingKeysWith: { $1 })
    }
}
