import ClusterCore
import Model

/// How many replicas a command gave a node, and how many it found none for.
struct PlacementTally: Equatable {
    /// Why places were sought.
    enum Context: String, CaseIterable { case create, update, reschedule }

    var assigned = 0
    var unassigned = 0
    /// Nodes whose host ports were in the way of a replica without a place.
    var conflictedNodes = 0

    /// What a command did, by why; nothing where it sought no place.
    static func all(of command: Command, _ outcome: Outcome) -> [Context: PlacementTally] {
        var made: Set<DeploymentID> = []
        var tallies: [Context: PlacementTally] = [:]
        switch outcome.reply {
        case .deployment(let reply):
            if case .createDeployment = command { made.insert(reply.id) }
            tallies[context(of: command), default: Self()].add(reply)
        case .applied(let items):
            for case .deployment(let reply, let isNew) in items where reply.hasChanged || isNew {
                if isNew { made.insert(reply.id) }
                tallies[isNew ? .create : .update, default: Self()].add(reply)
            }
        default: break
        }
        for case .event(.replicaPlaced(let id, _, _)) in outcome.effects {
            tallies[made.contains(id) ? .create : context(of: command), default: Self()].assigned += 1
        }
        return tallies.filter { $0.value.assigned + $0.value.unassigned > 0 }
    }

    private mutating func add(_ reply: Reply.Deployment) {
        unassigned += reply.unplaced.count
        let conflicts = reply.unplaced.map { replica in
            replica.refusals.first { $0.filter == .ports }?.nodeCount ?? 0
        }
        conflictedNodes = max(conflictedNodes, conflicts.max() ?? 0)
    }

    /// What nobody declared is the cluster's own doing, or an operator's who moves replicas.
    private static func context(of command: Command) -> Context {
        switch command {
        case .createDeployment: .create
        case .patchDeployment, .restartDeployment, .rollBackDeployment, .resumeDeployment, .pauseDeployment,
            .applyDeclarations, .createConfig, .updateConfig, .deleteConfig, .setConfigAttachment:
            .update
        default: .reschedule
        }
    }
}
