import Model
import NodeCore

/// Watches from outside what is started and removed: nothing that worked is taken away before its successor worked,
/// and no generation makes a node change its mind more than twice.
struct SwitchLedger {
    private struct Serving {
        var id: ContainerID
        var hash: String
    }

    private struct Place: Hashable {
        var assignment: AssignmentID
        var generation: UInt64
    }

    private var serving: [AssignmentID: Serving] = [:]
    private var switches: [Place: Int] = [:]
    /// Containers that have run for as long as the gate asks.
    private var worked: Set<ContainerID> = []
    /// What such containers were made from.
    private var proved: [AssignmentID: Set<String>] = [:]
    private(set) var problems: [String] = []

    var mostSwitches: Int { switches.values.max() ?? 0 }
    var switchCount: Int { switches.values.reduce(0, +) }

    /// Remembers who has run for long enough, and who did so while it was wished and Docker could be asked; called
    /// before anything ends or changes.
    mutating func look(
        at engine: FakeEngine, _ document: DesiredStateDocument?, since dockerUp: Int64?, now: Moment
    ) {
        for container in engine.containers.values where container.fact.state == .running {
            guard let identity = container.fact.identity else { continue }
            let started = container.fact.startedAt?.milliseconds ?? 0
            let seen = now.wall.milliseconds - max(started, dockerUp ?? now.wall.milliseconds)
            // The machine hears of a start some milliseconds late.
            let isWished = owner(of: container.fact, document).map { World.hash($1) } == identity.specHash
            if seen >= 5030, isWished { worked.insert(container.fact.id) }
            if now.wall.milliseconds - started >= 4970 {
                proved[identity.assignmentID, default: []].insert(identity.specHash)
            }
        }
    }

    mutating func note(_ work: NodeAction.Work, _ engine: FakeEngine, _ document: DesiredStateDocument?) {
        switch work {
        case .start(let id):
            guard let fact = engine.containers[id]?.fact, let (identity, replica) = owner(of: fact, document)
            else {
                return
            }
            noteStart(fact, identity, replica, engine)
        case .remove(let id):
            guard let fact = engine.containers[id]?.fact, let (identity, replica) = owner(of: fact, document)
            else {
                return
            }
            noteRemoval(fact, identity, replica, engine)
        default: break
        }
    }

    private func owner(
        of fact: ObservedContainer, _ document: DesiredStateDocument?
    ) -> (ContainerIdentity, DesiredReplica)? {
        guard let identity = fact.identity,
            let replica = document?.deployments.first(where: { $0.assignmentID == identity.assignmentID }),
            replica.desiredState == .running
        else { return nil }
        return (identity, document.map { LiveConfigs($0).made(replica) } ?? replica)
    }

    private mutating func noteStart(
        _ fact: ObservedContainer, _ identity: ContainerIdentity, _ replica: DesiredReplica,
        _ engine: FakeEngine
    ) {
        let before = serving[identity.assignmentID]
        serving[identity.assignmentID] = Serving(id: fact.id, hash: identity.specHash)
        guard let before, before.hash != identity.specHash, engine.containers[before.id] != nil else {
            return
        }
        let place = Place(assignment: identity.assignmentID, generation: replica.generation)
        switches[place, default: 0] += 1
        if switches[place, default: 0] > 2 {
            problems.append("\(replica.name) switched more than twice in generation \(replica.generation)")
        }
    }

    private mutating func noteRemoval(
        _ fact: ObservedContainer, _ identity: ContainerIdentity, _ replica: DesiredReplica,
        _ engine: FakeEngine
    ) {
        let wished = World.hash(replica)
        guard worked.contains(fact.id), identity.specHash != wished,
            proved[identity.assignmentID]?.contains(wished) != true
        else { return }
        let isOtherLeft = engine.containers.values.contains { other in
            other.fact.id != fact.id && other.fact.identity?.assignmentID == identity.assignmentID
                && worked.contains(other.fact.id)
        }
        if !isOtherLeft {
            problems.append("\(fact.id) of \(replica.name) was removed before its successor worked")
        }
    }
}
