import ClusterCore
import Model
import SQLite

/// The database's own row and the check values of its keys.
enum MetaRecords {
    static func put(_ row: MetaRow) -> RowStatement {
        RowStatement(
            """
            INSERT INTO meta (id, epoch, accepts, created_at, scheduler_cursor, next_node_ordinal,
            predecessors) VALUES (1, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, accepts = excluded.accepts,
            created_at = excluded.created_at, scheduler_cursor = excluded.scheduler_cursor,
            next_node_ordinal = excluded.next_node_ordinal, predecessors = excluded.predecessors
            """,
            [
                .identifier(row.epoch), .json(row.accepts), .time(row.createdAt),
                .counter(row.schedulerCursor),
                .counter(row.nextNodeOrdinal), .json(row.predecessors),
            ])
    }

    static func load(_ connection: Connection) throws -> MetaRow? {
        try connection.first(
            """
            SELECT epoch, accepts, created_at, scheduler_cursor, next_node_ordinal, predecessors FROM meta
            WHERE id = 1
            """
        ) { row in
            MetaRow(
                epoch: try row.identifier(0), accepts: try row.json(1), createdAt: try row.time(2),
                schedulerCursor: try row.counter(3), nextNodeOrdinal: try row.counter(4),
                predecessors: try row.json(5))
        }
    }

    static func putCheck(_ name: String, _ value: [UInt8]) -> RowStatement {
        RowStatement("INSERT INTO key_checks (name, value) VALUES (?, ?)", [.text(name), .blob(value)])
    }

    /// For the check value of a key that nothing depends on yet.
    static func replaceCheck(_ name: String, _ value: [UInt8]) -> RowStatement {
        RowStatement(
            """
            INSERT INTO key_checks (name, value) VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """, [.text(name), .blob(value)])
    }

    static func check(_ name: String, _ connection: Connection) throws -> [UInt8]? {
        try connection.first("SELECT value FROM key_checks WHERE name = ?", [.text(name)]) { try $0.bytes(0) }
    }
}
