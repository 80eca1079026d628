import ClusterCore
import Logging
import Model

/// What happened in the cluster, in one line with names, for the log.
enum EventWords {
    /// A line and how much it matters.
    struct Line: Equatable {
        let level: Logger.Level
        let text: String
    }

    static func line(_ event: ClusterEvent, in cluster: Cluster) -> Line {
        switch event {
        case .nodeRegistered, .nodeUpdated, .nodeDeleted, .nodeStatusChanged, .nodeAvailabilityChanged,
            .historyLost:
            aboutNode(event, cluster)
        case .historyBegan(let epoch, let before):
            Line(level: .warning, text: "a new history begins: epoch \(epoch) after \(before)")
        case .historyConfirmed(let epoch, let nodes):
            Line(
                level: .warning,
                text: "epoch \(epoch) was confirmed for "
                    + nodes.map { name($0, cluster) }.joined(separator: ", "))
        case .deploymentCreated, .deploymentUpdated, .deploymentDeleted, .rolloutChanged, .planRefused:
            aboutDeployment(event, cluster)
        case .replicaPlaced, .replicaRetired, .replicaAdvanced, .replicaReturned, .replicaReleased:
            aboutReplica(event, cluster)
        case .massLossBrakeEngaged(let missing, let known):
            Line(
                level: .warning,
                text: "\(missing) of \(known) nodes are lost at once: nothing is moved until they are back")
        case .configChanged, .registryCredentialChanged, .ingressRouteChanged:
            Line(level: .info, text: ConfigEventWords.text(event, cluster))
        case .massLossBrakeReleased:
            Line(level: .info, text: "replicas of lost nodes are moved again")
        }
    }

    private static func aboutNode(_ event: ClusterEvent, _ cluster: Cluster) -> Line {
        switch event {
        case .nodeRegistered(let id): Line(level: .info, text: "node \(name(id, cluster)) registered (\(id))")
        case .nodeUpdated(let id): Line(level: .info, text: "node \(name(id, cluster)) changed")
        case .nodeDeleted(let id): Line(level: .info, text: "node \(name(id, cluster)) deleted")
        case .nodeStatusChanged(let id, let before, let now): statusLine(id, before, now, cluster)
        case .nodeAvailabilityChanged(let id, let availability):
            Line(level: .info, text: "node \(name(id, cluster)) is now \(availability.rawValue)")
        case .historyLost(let id, let reported, let known):
            Line(
                level: .warning,
                text: "node \(name(id, cluster)) acts on "
                    + (reported == known
                        ? "another revision \(known) than this database has"
                        : "revision \(reported), this database knows \(known)")
                    + ": the database is older than what it once told")
        default: Line(level: .debug, text: "")
        }
    }

    private static func statusLine(
        _ id: NodeID, _ before: NodeStatus, _ now: NodeStatus, _ cluster: Cluster
    ) -> Line {
        let node = "node \(name(id, cluster))"
        let view = cluster.node(id)
        switch now {
        case .unreachable:
            let seen = view?.lastSeen.map { ": last heard from at \($0)" } ?? ""
            return Line(level: .warning, text: "\(node) is unreachable\(seen)")
        case .error:
            let reasons = (view?.conditions ?? []).map(\.message).joined(separator: "; ")
            return Line(
                level: .warning, text: "\(node) reports a problem\(reasons.isEmpty ? "" : ": ")\(reasons)")
        case .ready where before == .unreachable: return Line(level: .info, text: "\(node) is back and ready")
        case .ready: return Line(level: .info, text: "\(node) is ready")
        case .suspect:
            return Line(level: .info, text: "\(node) is late: it should have been heard from by now")
        case .incompatible:
            return Line(level: .warning, text: "\(node) gets nothing new: its agent's version does not fit")
        case .registering, .unknown: return Line(level: .info, text: "\(node) is \(now.rawValue)")
        }
    }

    private static func aboutDeployment(_ event: ClusterEvent, _ cluster: Cluster) -> Line {
        switch event {
        case .deploymentCreated(let id):
            Line(level: .info, text: "deployment \(name(id, cluster)) created (\(id))")
        case .deploymentUpdated(let id, let generation): updated(id, generation, cluster)
        case .deploymentDeleted(_, let name): Line(level: .info, text: "deployment \(name) deleted")
        case .rolloutChanged(let id, let generation, let phase, let reason):
            Line(
                level: phase == .failed ? .warning : .info,
                text: "deployment \(name(id, cluster)): generation \(generation) is \(phase.rawValue)"
                    + (reason.map { ": \($0)" } ?? ""))
        case .planRefused(let id, let violations):
            Line(
                level: .warning,
                text: "a plan for deployment \(name(id, cluster)) was dropped: "
                    + violations.joined(separator: "; "))
        default: Line(level: .debug, text: "")
        }
    }

    private static func updated(_ id: DeploymentID, _ generation: UInt64, _ cluster: Cluster) -> Line {
        let deployment = "deployment \(name(id, cluster))"
        guard let row = cluster.deploymentRow(id), row.generation == generation,
            let back = row.rollout.rollback
        else { return Line(level: .info, text: "\(deployment) declared anew as generation \(generation)") }
        return Line(
            level: .warning,
            text: "\(deployment) rolled back from generation \(back.from) to what generation \(back.to) "
                + "declared, as generation \(generation): \(back.reason)")
    }

    private static func aboutReplica(_ event: ClusterEvent, _ cluster: Cluster) -> Line {
        switch event {
        case .replicaPlaced(let id, let number, let node):
            Line(level: .info, text: "\(name(id, cluster))/\(number) placed on \(name(node, cluster))")
        case .replicaRetired(let id, let number, let node, let reason):
            Line(
                level: .info,
                text: "\(name(id, cluster))/\(number) leaves \(name(node, cluster)): \(words(reason))")
        case .replicaAdvanced(let id, let number, let generation):
            Line(level: .debug, text: "\(name(id, cluster))/\(number) goes on to generation \(generation)")
        case .replicaReturned(let id, let number, let node):
            Line(level: .info, text: "\(name(id, cluster))/\(number) goes back to \(name(node, cluster))")
        case .replicaReleased(let id, let number, let node):
            Line(level: .debug, text: "\(name(id, cluster))/\(number) is gone from \(name(node, cluster))")
        default: Line(level: .debug, text: "")
        }
    }

    private static func words(_ reason: AssignmentRow.RetireReason) -> String {
        switch reason {
        case .scaledDown: "fewer replicas are declared"
        case .deploymentDeleted: "the deployment was deleted"
        case .nodeLost: "the node is lost, the replica moves"
        case .placementChanged: "the new declaration does not fit there"
        case .portTaken: "another program has its host port"
        case .drained: "the node is drained"
        case .awaitingReturn: "the node is lost, the replica runs elsewhere until it returns"
        case .originalReturned: "the node of the original returned"
        }
    }

    private static func name(_ id: NodeID, _ cluster: Cluster) -> String {
        cluster.nodeRow(id)?.name ?? "\(id)"
    }

    private static func name(_ id: DeploymentID, _ cluster: Cluster) -> String {
        cluster.deploymentName(id) ?? "\(id)"
    }
}
