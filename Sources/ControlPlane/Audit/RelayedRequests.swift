import Model

/// Counts relayed requests together: who asked whom how often, within one minute.
struct RelayedRequests {
    /// What is counted together.
    struct Group: Hashable {
        var client: String
        var actorID: String?
        var actor: String?
        var role: String?
        var node: String
        /// The deployment and its port, or `-` for a route of the agent.
        var target: String
        /// Why it was not passed on; nil when it was.
        var code: String?
    }

    private var counted = CountedTogether<Group>()

    var isEmpty: Bool { counted.isEmpty }

    mutating func add(_ group: Group) { counted.add(group) }

    /// The entries of what was counted, which begins anew.
    mutating func take(at now: Timestamp) -> [AuditEntry] {
        let (groups, beyond) = counted.take()
        var entries = groups.map { Self.entry($0.group, $0.count, now) }
            .sorted { ($0.resourceID ?? "", $0.payload ?? "") < ($1.resourceID ?? "", $1.payload ?? "") }
        if beyond > 0 {
            let rest = Group(client: "others", node: "any", target: "any")
            entries.append(Self.entry(rest, beyond, now))
        }
        return entries
    }

    private static func entry(_ group: Group, _ count: Int64, _ now: Timestamp) -> AuditEntry {
        AuditEntry(
            id: 0, at: now, action: AuditAction.relay.action, resourceType: AuditAction.relay.resourceType,
            resourceID: group.node, result: group.code == nil ? .success : .failure, code: group.code,
            actorID: group.actorID, actor: group.actor, role: group.role, client: group.client, count: count,
            payload: group.target)
    }
}
