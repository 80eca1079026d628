import ClusterCore
import Model
import SQLite

/// Configs as they are stored.
enum ConfigRecords {
    static func put(_ row: ConfigRow) -> RowStatement {
        RowStatement(
            """
            INSERT INTO configs (id, name, version, labels, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, version = excluded.version,
            labels = excluded.labels, created_at = excluded.created_at, updated_at = excluded.updated_at
            """,
            [
                .identifier(row.id), .text(row.name), .counter(row.version), .json(row.labels),
                .time(row.createdAt), .time(row.updatedAt),
            ])
    }

    static func delete(_ id: ConfigID) -> RowStatement {
        RowStatement("DELETE FROM configs WHERE id = ?", [.identifier(id)])
    }

    static func load(_ connection: Connection) throws -> [ClusterCore.Row] {
        try connection.query("SELECT id, name, version, labels, created_at, updated_at FROM configs") { row in
            .config(
                ConfigRow(
                    id: try row.identifier(0), name: try row.string(1), version: try row.counter(2),
                    labels: try row.json(3), createdAt: try row.time(4), updatedAt: try row.time(5)))
        }
    }
}
