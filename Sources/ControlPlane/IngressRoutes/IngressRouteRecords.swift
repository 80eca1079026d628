import ClusterCore
import Model
import SQLite

/// Ingress routes as they are stored.
enum IngressRouteRecords {
    static func put(_ row: IngressRouteRow) -> RowStatement {
        let declared = row.declaration
        return RowStatement(
            """
            INSERT INTO ingress_routes (id, host, path_prefix, deployment_id, container_port, tls, version,
            created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET host = excluded.host, path_prefix = excluded.path_prefix,
            deployment_id = excluded.deployment_id, container_port = excluded.container_port,
            tls = excluded.tls, version = excluded.version, created_at = excluded.created_at,
            updated_at = excluded.updated_at
            """,
            [
                .identifier(row.id), .text(declared.host), .text(declared.pathPrefix),
                .identifier(declared.deploymentID), .integer(Int64(declared.containerPort)),
                .optional(declared.tls, SQLiteValue.text), .counter(row.version), .time(row.createdAt),
                .time(row.updatedAt),
            ])
    }

    static func delete(_ id: IngressRouteID) -> RowStatement {
        RowStatement("DELETE FROM ingress_routes WHERE id = ?", [.identifier(id)])
    }

    static func load(_ connection: Connection) throws -> [ClusterCore.Row] {
        try connection.query(
            """
            SELECT id, host, path_prefix, deployment_id, container_port, tls, version, created_at, updated_at
            FROM ingress_routes
            """
        ) { row in
            .ingressRoute(
                IngressRouteRow(
                    id: try row.identifier(0),
                    declaration: .init(
                        host: try row.string(1), pathPrefix: try row.string(2),
                        deploymentID: try row.identifier(3), containerPort: UInt16(clamping: try row.int(4)),
                        tls: try row.optional(5, row.string)),
                    version: try row.counter(6), createdAt: try row.time(7), updatedAt: try row.time(8)))
        }
    }
}
