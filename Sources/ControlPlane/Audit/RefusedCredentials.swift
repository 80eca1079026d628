import Model

/// Counts refused credentials together, so that whoever knocks cannot fill the audit log.
struct RefusedCredentials {
    /// What is counted together, within one minute.
    struct Group: Hashable {
        var client: String
        var route: String
        var fault: CredentialFault
        /// Who was refused for want of a scope.
        var actorID: String?
        var actor: String?
    }

    private var counts: [Group: Int64] = [:]
    private var beyond: Int64 = 0

    var isEmpty: Bool { counts.isEmpty && beyond == 0 }

    mutating func add(_ group: Group) {
        if counts[group] != nil || counts.count < ControlPlaneLimits.refusedGroups {
            counts[group, default: 0] += 1
        } else {
            beyond += 1
        }
    }

    /// The entries of what was counted, which begins anew.
    mutating func take(at now: Timestamp) -> [AuditEntry] {
        var entries = counts.map { group, count in Self.entry(group, count, now) }
            .sorted { ($0.client ?? "", $0.payload ?? "") < ($1.client ?? "", $1.payload ?? "") }
        if beyond > 0 {
            let rest = Group(client: "others", route: "any", fault: .unknown)
            entries.append(Self.entry(rest, beyond, now))
        }
        counts = [:]
        beyond = 0
        return entries
    }

    private static func entry(_ group: Group, _ count: Int64, _ now: Timestamp) -> AuditEntry {
        let isKnown = group.fault == .missingScope
        return AuditEntry(
            id: 0, at: now, action: isKnown ? "authz" : "auth", resourceType: isKnown ? "authz" : "auth",
            result: .failure, code: group.fault.rawValue, actorID: group.actorID, actor: group.actor,
            client: group.client, count: count, payload: group.route)
    }
}
