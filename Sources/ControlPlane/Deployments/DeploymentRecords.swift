import ClusterCore
import Model
import SQLite

/// Declarations as they are stored.
enum DeploymentRecords {
    static func put(_ row: DeploymentRow) -> RowStatement {
        RowStatement(
            """
            INSERT INTO deployments (id, name, spec, generation, restart_nonce, created_at, updated_at, deleted_at,
            rollout, declaration)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, spec = excluded.spec,
            generation = excluded.generation, restart_nonce = excluded.restart_nonce,
            created_at = excluded.created_at, updated_at = excluded.updated_at, deleted_at = excluded.deleted_at,
            rollout = excluded.rollout, declaration = excluded.declaration
            """,
            [
                .identifier(row.id), .text(row.spec.name), .json(row.spec), .counter(row.generation),
                .counter(row.restartNonce), .time(row.createdAt), .time(row.updatedAt),
                .optional(row.deletedAt, SQLiteValue.time), .json(row.rollout),
                .counter(row.declaration),
            ])
    }

    static func delete(_ id: DeploymentID) -> RowStatement {
        RowStatement("DELETE FROM deployments WHERE id = ?", [.identifier(id)])
    }

    static func load(
        _ connection: Connection, _ specs: ColumnMemo<DeploymentSpec>
    ) throws -> [DeploymentRow] {
        try connection.query(
            """
            SELECT id, spec, generation, restart_nonce, created_at, updated_at, deleted_at, rollout, declaration
            FROM deployments
            """
        ) { row in
            DeploymentRow(
                id: try row.identifier(0), spec: try specs.read(1, of: row), generation: try row.counter(2),
                declaration: try row.counter(8), restartNonce: try row.counter(3),
                rollout: row.isNull(7) ? nil : try row.json(7), createdAt: try row.time(4),
                updatedAt: try row.time(5),
                deletedAt: try row.optional(6, row.time))
        }
    }
}
