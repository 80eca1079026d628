import ClusterCore
import Model
import SQLite

/// Kept versions of configs as they are stored.
enum ConfigVersionRecords {
    static func put(_ row: ConfigVersionRow) -> RowStatement {
        RowStatement(
            """
            INSERT INTO config_versions (config_id, version, container_version, name, content, created_at)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (config_id, version) DO UPDATE SET container_version = excluded.container_version,
            name = excluded.name, content = excluded.content, created_at = excluded.created_at
            """,
            [
                .identifier(row.reference.configID), .counter(row.reference.version),
                row.containerVersion == row.reference.version ? .null : .counter(row.containerVersion),
                .text(row.name), .json(row.content), .time(row.createdAt),
            ])
    }

    static func delete(_ reference: ConfigReference) -> RowStatement {
        RowStatement(
            "DELETE FROM config_versions WHERE config_id = ? AND version = ?",
            [.identifier(reference.configID), .counter(reference.version)])
    }

    static func load(_ connection: Connection) throws -> [ClusterCore.Row] {
        try connection.query(
            "SELECT config_id, version, container_version, name, content, created_at FROM config_versions"
        ) { row in
            .configVersion(
                ConfigVersionRow(
                    reference: ConfigReference(configID: try row.identifier(0), version: try row.counter(1)),
                    name: try row.string(3), content: try row.json(4), createdAt: try row.time(5),
                    containerVersion: try row.optional(2, row.counter)))
        }
    }
}
