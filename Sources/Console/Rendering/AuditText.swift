import Model

/// The audit log for people.
enum AuditText {
    static func list(_ page: AuditPage, width: Int? = nil) -> String {
        var table = Table(["TIME", "ACTION", "STATUS", "ACTOR", "CLIENT", "RESOURCE", "DETAIL"])
        for entry in page.items {
            table.add([
                "\(entry.at)", entry.action, status(entry), Words.text(entry.actor), Words.text(entry.client),
                resource(entry), Words.text(detail(entry)),
            ])
        }
        let fit = Table.Fit(dropping: ["CLIENT", "DETAIL"], wrapsLast: true)
        guard let cursor = page.nextCursor else { return table.text(width: width, fit) }
        let more = "\(page.total) entries in all; go on with --cursor \(cursor)\n"
        return table.text(width: width, fit) + more
    }

    private static func status(_ entry: AuditEntry) -> String {
        let word = entry.code ?? entry.result.rawValue
        return entry.count > 1 ? "\(word) ×\(entry.count)" : word
    }

    private static func resource(_ entry: AuditEntry) -> String {
        entry.resourceID.map { "\(entry.resourceType)/\($0)" } ?? entry.resourceType
    }

    /// The beginning of what was asked for; all of it is in the JSON.
    private static func detail(_ entry: AuditEntry) -> String? {
        guard let payload = entry.payload else { return nil }
        return payload.count > shownCharacters ? payload.prefix(shownCharacters - 1) + "…" : payload
    }

    private static let shownCharacters = 80
}
