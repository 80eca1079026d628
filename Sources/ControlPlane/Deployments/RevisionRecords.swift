import ClusterCore
import Model
import SQLite

/// Kept generations of declarations as they are stored.
enum RevisionRecords {
    static func put(_ row: RevisionRow) -> RowStatement {
        RowStatement(
            """
            INSERT INTO revisions (deployment_id, generation, spec, restart_nonce, created_at)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (deployment_id, generation) DO UPDATE SET spec = excluded.spec,
            restart_nonce = excluded.restart_nonce, created_at = excluded.created_at
            """,
            [
                .identifier(row.deploymentID), .counter(row.generation), .json(row.spec),
                .counter(row.restartNonce), .time(row.createdAt),
            ])
    }

    static func delete(_ id: DeploymentID, _ generation: UInt64) -> RowStatement {
        RowStatement(
            "DELETE FROM revisions WHERE deployment_id = ? AND generation = ?",
            [.identifier(id), .counter(generation)])
    }

    static func load(_ connection: Connection) throws -> [RevisionRow] {
        try connection.query(
            "SELECT deployment_id, generation, spec, restart_nonce, created_at FROM revisions"
        ) { row in
            RevisionRow(
                deploymentID: try row.identifier(0), generation: try row.counter(1), spec: try row.json(2),
                restartNonce: try row.counter(3), createdAt: try row.time(4))
        }
    }
}
