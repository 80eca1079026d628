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

    private var counted = CountedTogether<Group>()

    var isEmpty: Bool { counted.isEmpty }

    /// Counts one; a group that is not there is made only when it may be opened.
    mutating func add(_ group: Group, opening: Bool = true) { counted.add(group, opening: opening) }

    /// The entries of what was counted, which begins anew.
    mutating func take(at now: Timestamp) -> [AuditEntry] {
        let (groups, beyond) = counted.take()
        var entries = groups.map { Self.entry($0.group, $0.count, now) }
            .sorted { ($0.client ?? "", $0.payload ?? "") < ($1.client ?? "", $1.payload ?? "") }
        if beyond > 0 {
            let rest = Group(client: "others", route: "any", fault: .unknown)
            entries.append(Self.entry(rest, beyond, now))
        }
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
