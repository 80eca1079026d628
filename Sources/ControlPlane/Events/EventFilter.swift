import Model
import SQLite

/// Which events somebody wants to hear of.
struct EventFilter: Hashable, Sendable {
    /// Kinds, or their beginnings up to a dot; empty for all.
    var kinds: [String] = []
    /// The type of the resource.
    var resourceType: String?
    /// The id or the name of the resource.
    var resource: String?

    init() {}

    /// Reads `kind` (repeatable) and `resource`: `TYPE`, `TYPE/ID` or `TYPE/NAME`.
    init(_ query: inout QueryReader) {
        kinds = query.all("kind")
        if kinds.count > ControlPlaneLimits.eventKinds || kinds.contains(where: \.isEmpty) {
            query.fault(
                "kind", "1 to \(ControlPlaneLimits.eventKinds) kinds such as node.status_changed or node")
        }
        guard let text = query.text("resource") else { return }
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else {
            resourceType = text
            return
        }
        resourceType = String(text[..<slash])
        resource = String(text[text.utf8.index(after: slash)...])
    }

    func takes(_ event: EventView) -> Bool {
        guard kinds.isEmpty || kinds.contains(where: { Self.begins(event.kind, $0) }) else { return false }
        if let resourceType, event.resourceType != resourceType { return false }
        guard let resource else { return true }
        return event.resourceID == resource || event.resourceName == resource
    }

    /// The same as a part of a query.
    var condition: (sql: String, values: [SQLiteValue]) {
        var sql = ""
        var values: [SQLiteValue] = []
        if !kinds.isEmpty {
            let each = kinds.map { _ in "kind = ? OR substr(kind, 1, ?) = ?" }.joined(separator: " OR ")
            sql += " AND (\(each))"
            for kind in kinds {
                let beginning = kind + "."
                values += [
                    .text(kind), .integer(Int64(beginning.unicodeScalars.count)), .text(beginning),
                ]
            }
        }
        if let resourceType {
            sql += " AND resource_type = ?"
            values.append(.text(resourceType))
        }
        if let resource {
            sql += " AND (resource_id = ? OR resource_name = ?)"
            values += [.text(resource), .text(resource)]
        }
        return (sql, values)
    }

    private static func begins(_ kind: String, _ beginning: String) -> Bool {
        kind == beginning || kind.hasPrefix(beginning + ".")
    }
}
