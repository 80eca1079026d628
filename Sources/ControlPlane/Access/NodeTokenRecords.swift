import ClusterCore
import Model
import SQLite

/// Node credentials as they are stored: keyed hashes only.
enum NodeTokenRecords {
    static func put(_ row: TokenRow) -> RowStatement {
        RowStatement(
            """
            INSERT INTO node_tokens (id, node_id, hash, created_at, expires_at, last_used)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET node_id = excluded.node_id, hash = excluded.hash,
            created_at = excluded.created_at, expires_at = excluded.expires_at, last_used = excluded.last_used
            """,
            [
                .identifier(row.id), .identifier(row.nodeID), .blob(row.hash), .time(row.createdAt),
                .optional(row.expiresAt, SQLiteValue.time), .optional(row.lastUsed, SQLiteValue.time),
            ])
    }

    static func delete(_ id: TokenID) -> RowStatement {
        RowStatement("DELETE FROM node_tokens WHERE id = ?", [.identifier(id)])
    }

    static func load(_ connection: Connection) throws -> [TokenRow] {
        try connection.query(
            "SELECT id, node_id, hash, created_at, expires_at, last_used FROM node_tokens"
        ) { row in
            TokenRow(
                id: try row.identifier(0), nodeID: try row.identifier(1), hash: try row.bytes(2),
                createdAt: try row.time(3), expiresAt: try row.optional(4, row.time),
                lastUsed: try row.optional(5, row.time))
        }
    }
}
