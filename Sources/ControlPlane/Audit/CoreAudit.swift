import ClusterCore
import JSON
import Model
import SQLite

/// What the control plane decided by itself, as the audit log tells it.
enum CoreAudit {
    /// The name under which it does.
    private static let actor = "control-plane"

    static func entries(_ events: [ClusterEvent], in cluster: Cluster, at now: Timestamp) -> [AuditEntry] {
        lostNodes(events, cluster, now) + reschedules(events, now)
    }

    static func entry(of migration: Migration, at now: Timestamp) -> AuditEntry {
        AuditEntry(
            id: 0, at: now, action: "migration.applied", resourceType: "database",
            resourceID: "\(migration.number)", result: .success, actor: actor, payload: migration.name)
    }

    private static func lostNodes(
        _ events: [ClusterEvent], _ cluster: Cluster, _ now: Timestamp
    ) -> [AuditEntry] {
        events.compactMap { event in
            guard case .nodeStatusChanged(let id, _, .unreachable) = event else { return nil }
            var payload = [JSONMember(key: "reason", value: "heartbeat_timeout")]
            if let seen = cluster.node(id)?.lastSeen {
                payload.append(JSONMember(key: "last_seen", value: .string("\(seen)")))
            }
            return AuditEntry(
                id: 0, at: now, action: "node.unreachable", resourceType: "node", resourceID: "\(id)",
                result: .success, actor: actor, payload: text(payload))
        }
    }

    /// One entry a deployment whose replicas left nodes that are lost, or that stand in for them elsewhere.
    private static func reschedules(_ events: [ClusterEvent], _ now: Timestamp) -> [AuditEntry] {
        var moves: [(id: DeploymentID, from: [JSONNode])] = []
        for case .replicaRetired(let id, let number, let node, let reason) in events
        where reason == .nodeLost || reason == .awaitingReturn {
            let place = place(number, node)
            if let index = moves.firstIndex(where: { $0.id == id }) {
                moves[index].from.append(place)
            } else {
                moves.append((id, [place]))
            }
        }
        return moves.map { move in
            var targets: [JSONNode] = []
            for case .replicaPlaced(move.id, let number, let node) in events {
                targets.append(place(number, node))
            }
            let payload = text([
                JSONMember(key: "reason", value: "node_unreachable"),
                JSONMember(key: "from", value: .array(move.from)),
                JSONMember(key: "to", value: .array(targets)),
            ])
            return AuditEntry(
                id: 0, at: now, action: "deployment.reschedule", resourceType: "deployment",
                resourceID: "\(move.id)", result: targets.count < move.from.count ? .failure : .success,
                actor: actor, payload: payload)
        }
    }

    private static func place(_ number: Int, _ node: NodeID) -> JSONNode {
        .object([
            JSONMember(key: "replica", value: .integer(number)),
            JSONMember(key: "node", value: .string("\(node)")),
        ])
    }

    private static func text(_ members: [JSONMember]) -> String {
        let bytes = JSONNode.object(members).encoded()
        return String(
            String(decoding: bytes, as: UTF8.self).prefix(ControlPlaneLimits.auditPayloadCharacters))
    }
}
