import Model
import SQLite

/// Registration credentials as they are stored: keyed hashes only.
enum RegistrationTokenRecords {
    static func put(_ row: RegistrationTokenRow) -> RowStatement {
        RowStatement(
            """
            INSERT INTO registration_tokens (id, name, hash, created_at, created_by, expires_at, max_uses, uses,
            last_used, recent_nodes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET uses = excluded.uses, last_used = excluded.last_used,
            recent_nodes = excluded.recent_nodes
            """,
            [
                .identifier(row.id), .text(row.name), .blob(row.hash), .time(row.createdAt),
                .text(row.createdBy), .optional(row.expiresAt, SQLiteValue.time),
                .optional(row.maxUses, SQLiteValue.integer), .integer(row.uses),
                .optional(row.lastUsed, SQLiteValue.time), .json(row.recentNodes),
            ])
    }

    static func delete(_ id: RegistrationTokenID) -> RowStatement {
        RowStatement("DELETE FROM registration_tokens WHERE id = ?", [.identifier(id)])
    }

    static func load(_ connection: Connection) throws -> [RegistrationTokenRow] {
        try connection.query(
            """
            SELECT id, name, hash, created_at, created_by, expires_at, max_uses, uses, last_used, recent_nodes
            FROM registration_tokens
            """
        ) { row in
            RegistrationTokenRow(
                id: try row.identifier(0), name: try row.string(1), hash: try row.bytes(2),
                createdAt: try row.time(3), createdBy: try row.string(4),
                expiresAt: try row.optional(5, row.time), maxUses: try row.optional(6, row.int64),
                uses: try row.int64(7), lastUsed: try row.optional(8, row.time),
                recentNodes: try row.json(9))
        }
    }
}
