import Model
import SQLite

/// Events as they are stored.
enum EventRecords {
    private static let columns =
        "seq, epoch, at, kind, resource_type, resource_id, resource_name, text, attributes"

    static func insert(_ event: EventView) -> RowStatement {
        RowStatement(
            "INSERT INTO events (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .counter(event.id.sequence), .identifier(event.id.epoch), .time(event.at), .text(event.kind),
                .text(event.resourceType), .optional(event.resourceID, SQLiteValue.text),
                .optional(event.resourceName, SQLiteValue.text), .text(event.text), .json(event.attributes),
            ])
    }

    /// Deletes some of the events that are too old or too many; never the newest, which keeps the count.
    ///
    /// Looks at no more than the first ones.
    static func prune(keeping count: Int, after oldest: Timestamp) -> RowStatement {
        RowStatement(
            """
            DELETE FROM events WHERE seq IN (
                SELECT seq FROM (SELECT seq, at FROM events ORDER BY seq LIMIT ?)
                WHERE seq < (SELECT max(seq) FROM events)
                AND (at < ? OR seq <= (SELECT max(seq) FROM events) - ?))
            """,
            [
                .integer(Int64(ControlPlaneLimits.prunedRows)), .time(oldest), .integer(Int64(count)),
            ])
    }

    /// The number of the newest event; 0 when there is none.
    static func last(_ connection: Connection) throws -> UInt64 {
        try bounds(connection).newest
    }

    /// The numbers of the oldest and the newest event; an empty history begins at 1.
    static func bounds(_ connection: Connection) throws -> (oldest: UInt64, newest: UInt64) {
        let found = try connection.first("SELECT min(seq), max(seq) FROM events") { row in
            row.isNull(0) ? nil : (oldest: try row.counter(0), newest: try row.counter(1))
        }
        return found.flatMap { $0 } ?? (oldest: 1, newest: 0)
    }

    /// Events behind a number, the oldest first.
    static func page(
        after sequence: UInt64, _ filter: EventFilter, limit: Int, _ connection: Connection
    ) throws -> [EventView] {
        let (condition, values) = filter.condition
        return try connection.query(
            "SELECT \(columns) FROM events WHERE seq > ?\(condition) ORDER BY seq LIMIT ?",
            [.counter(sequence)] + values + [.integer(Int64(limit))], read)
    }

    /// The newest events, the oldest of them first.
    static func newest(_ filter: EventFilter, limit: Int, _ connection: Connection) throws -> [EventView] {
        let (condition, values) = filter.condition
        return try connection.query(
            "SELECT \(columns) FROM events WHERE seq > 0\(condition) ORDER BY seq DESC LIMIT ?",
            values + [.integer(Int64(limit))], read
        ).reversed()
    }

    private static func read(_ row: SQLiteRow) throws -> EventView {
        EventView(
            id: EventID(epoch: try row.identifier(1), sequence: try row.counter(0)), at: try row.time(2),
            kind: try row.string(3), resourceType: try row.string(4),
            resourceID: try row.optional(5, row.string), resourceName: try row.optional(6, row.string),
            text: try row.string(7), attributes: try row.json(8))
    }
}
