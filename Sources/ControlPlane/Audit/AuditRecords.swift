import Model
import SQLite

/// The audit log as it is stored.
enum AuditRecords {
    private static let columns = """
        at, action, resource_type, resource_id, status, code, actor_id, actor, role, request_id, client, count, \
        payload
        """

    /// Adds an entry; the database gives it its number.
    static func insert(_ entry: AuditEntry) -> RowStatement {
        RowStatement(
            "INSERT INTO audit_log (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .time(entry.at), .text(entry.action), .text(entry.resourceType),
                .optional(entry.resourceID, SQLiteValue.text), .text(entry.result.rawValue),
                .optional(entry.code, SQLiteValue.text), .optional(entry.actorID, SQLiteValue.text),
                .optional(entry.actor, SQLiteValue.text), .optional(entry.role, SQLiteValue.text),
                .optional(entry.requestID, SQLiteValue.text), .optional(entry.client, SQLiteValue.text),
                .integer(entry.count), .optional(entry.payload, SQLiteValue.text),
            ])
    }

    /// Deletes some of the entries that are too old; looks at no more than the first ones.
    static func prune(before oldest: Timestamp) -> RowStatement {
        RowStatement(
            """
            DELETE FROM audit_log WHERE id IN (
                SELECT id FROM (SELECT id, at FROM audit_log ORDER BY id LIMIT ?) WHERE at < ?)
            """,
            [.integer(Int64(ControlPlaneLimits.prunedRows)), .time(oldest)])
    }

    /// Deletes some of the oldest entries beyond so many.
    static func prune(keeping count: Int) -> RowStatement {
        RowStatement(
            """
            DELETE FROM audit_log WHERE id IN (
                SELECT id FROM audit_log WHERE id <= (SELECT max(id) FROM audit_log) - ? ORDER BY id LIMIT ?)
            """, [.integer(Int64(count)), .integer(Int64(ControlPlaneLimits.prunedRows))])
    }

    /// Deletes some of the oldest entries of refused credentials beyond so many.
    static func pruneRefused(keeping count: Int) -> RowStatement {
        RowStatement(
            """
            DELETE FROM audit_log WHERE id IN (
                SELECT id FROM audit_log WHERE resource_type IN ('auth', 'authz') AND id <= (
                    SELECT id FROM audit_log WHERE resource_type IN ('auth', 'authz')
                    ORDER BY id DESC LIMIT 1 OFFSET ?) ORDER BY id LIMIT ?)
            """, [.integer(Int64(count)), .integer(Int64(ControlPlaneLimits.prunedRows))])
    }

    /// Entries that match, the newest first, and how many match in all.
    static func page(_ filter: AuditFilter, _ connection: Connection) throws -> (
        entries: [AuditEntry], total: Int
    ) {
        let (condition, values) = filter.condition
        let total = try connection.first("SELECT count(*) FROM audit_log WHERE 1\(condition)", values) {
            try $0.int(0)
        }
        let (before, cursor) = filter.cursor.map { (" AND id < ?", [SQLiteValue.integer($0)]) } ?? ("", [])
        let entries = try connection.query(
            "SELECT id, \(columns) FROM audit_log WHERE 1\(condition)\(before) ORDER BY id DESC LIMIT ? OFFSET ?",
            values + cursor + [.integer(Int64(filter.limit) + 1), .integer(Int64(filter.offset ?? 0))], read)
        return (entries, total ?? 0)
    }

    private static func read(_ row: SQLiteRow) throws -> AuditEntry {
        AuditEntry(
            id: try row.int64(0), at: try row.time(1), action: try row.string(2),
            resourceType: try row.string(3), resourceID: try row.optional(4, row.string),
            result: try row.word(5), code: try row.optional(6, row.string),
            actorID: try row.optional(7, row.string), actor: try row.optional(8, row.string),
            role: try row.optional(9, row.string), requestID: try row.optional(10, row.string),
            client: try row.optional(11, row.string), count: try row.int64(12),
            payload: try row.optional(13, row.string))
    }
}
