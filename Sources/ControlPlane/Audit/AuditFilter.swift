import Model
import SQLite

/// Which entries of the audit log are wanted, and which page of them.
struct AuditFilter: Sendable {
    let limit: Int
    let offset: Int?
    let cursor: Int64?
    private var parts: [(sql: String, value: SQLiteValue)] = []

    init(_ query: inout QueryReader) {
        let number = query.integer("limit", in: 1...Int64(ControlPlaneLimits.maxPageItems))
        limit = number.map { Int($0) } ?? ControlPlaneLimits.pageItems
        offset = query.integer("offset", in: 0...Int64(UInt32.max)).map { Int($0) }
        let text = query.text("cursor")
        cursor = text.flatMap { Int64($0) }
        if text != nil, cursor == nil { query.fault("cursor", "what next_cursor of a page said is expected") }
        if text != nil, offset != nil { query.fault("cursor", "cursor and offset exclude each other") }
        for (name, column) in [
            ("resource_type", "resource_type"), ("resource_id", "resource_id"), ("action", "action"),
            ("status", "status"), ("request_id", "request_id"),
        ] {
            if let value = query.text(name) { parts.append(("\(column) = ?", .text(value))) }
        }
        if let actor = query.text("actor") { parts.append(("? IN (actor, actor_id)", .text(actor))) }
        if let since = query.time("since") { parts.append(("at >= ?", .time(since))) }
        if let until = query.time("until") { parts.append(("at < ?", .time(until))) }
    }

    /// The filter as a part of a query.
    var condition: (sql: String, values: [SQLiteValue]) {
        (parts.map { " AND \($0.sql)" }.joined(), parts.map(\.value))
    }
}
