import ClusterCore
import Model
import SQLite

/// Kept generations of declarations as they are stored.
enum RevisionRecords {
    static func put(_ row: RevisionRow) -> RowStatement {
        RowStatement(
            """
            INSERT INTO revisions (deployment_id, generation, spec, restart_nonce, created_at, pinned_image,
            repulls, cause, restored_from, configs)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (deployment_id, generation) DO UPDATE SET spec = excluded.spec,
            restart_nonce = excluded.restart_nonce, created_at = excluded.created_at,
            pinned_image = excluded.pinned_image, repulls = excluded.repulls, cause = excluded.cause,
            restored_from = excluded.restored_from, configs = excluded.configs
            """,
            [
                .identifier(row.deploymentID), .counter(row.generation), .json(row.spec),
                .counter(row.restartNonce), .time(row.createdAt),
                .optional(row.pinnedImage, SQLiteValue.text),
                .integer(row.repulls ? 1 : 0), .text(row.cause.rawValue),
                .optional(row.restoredFrom, SQLiteValue.counter), .json(row.configs),
            ])
    }

    static func delete(_ id: DeploymentID, _ generation: UInt64) -> RowStatement {
        RowStatement(
            "DELETE FROM revisions WHERE deployment_id = ? AND generation = ?",
            [.identifier(id), .counter(generation)])
    }

    static func load(
        _ connection: Connection, _ specs: ColumnMemo<DeploymentSpec>
    ) throws -> [RevisionRow] {
        let configs = ColumnMemo<[ConfigReference]>()
        return try connection.query(
            """
            SELECT deployment_id, generation, spec, restart_nonce, created_at, pinned_image, repulls, cause,
            restored_from, configs FROM revisions
            """
        ) { row in
            RevisionRow(
                deploymentID: try row.identifier(0), generation: try row.counter(1),
                spec: try specs.read(2, of: row),
                restartNonce: try row.counter(3), pinnedImage: try row.optional(5, row.string),
                repulls: try row.int(6) != 0, cause: try row.word(7),
                restoredFrom: try row.optional(8, row.counter), configs: try configs.read(9, of: row),
                createdAt: try row.time(4))
        }
    }
}
