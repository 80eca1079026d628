import ClusterCore
import Model
import SQLite

/// Logins at registries as they are stored, passwords sealed.
enum RegistryCredentialRecords {
    static func put(_ row: RegistryCredentialRow) -> RowStatement {
        RowStatement(
            """
            INSERT INTO registry_credentials (id, name, host, username, sealed_password, version, created_at,
            updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, host = excluded.host,
            username = excluded.username, sealed_password = excluded.sealed_password,
            version = excluded.version, created_at = excluded.created_at, updated_at = excluded.updated_at
            """,
            [
                .identifier(row.id), .text(row.name), .text(row.host), .text(row.username),
                .blob(row.sealedPassword), .counter(row.version), .time(row.createdAt), .time(row.updatedAt),
            ])
    }

    static func delete(_ id: RegistryCredentialID) -> RowStatement {
        RowStatement("DELETE FROM registry_credentials WHERE id = ?", [.identifier(id)])
    }

    static func load(_ connection: Connection) throws -> [ClusterCore.Row] {
        try connection.query(
            """
            SELECT id, name, host, username, sealed_password, version, created_at, updated_at
            FROM registry_credentials
            """
        ) { row in
            .registryCredential(
                RegistryCredentialRow(
                    id: try row.identifier(0), name: try row.string(1), host: try row.string(2),
                    username: try row.string(3), sealedPassword: try row.bytes(4),
                    version: try row.counter(5), createdAt: try row.time(6), updatedAt: try row.time(7)))
        }
    }
}
