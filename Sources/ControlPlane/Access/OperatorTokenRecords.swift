import Model
import SQLite

/// Operators' credentials as they are stored: keyed hashes only.
enum OperatorTokenRecords {
    static func put(_ row: OperatorTokenRow) -> RowStatement {
        var scopes: [OperatorScope]?
        if case .scopes(let set) = row.permission { scopes = set.sorted { $0.rawValue < $1.rawValue } }
        return RowStatement(
            """
            INSERT INTO operator_tokens (id, name, role, scopes, hash, created_at, created_by, expires_at, last_used)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET last_used = excluded.last_used
            """,
            [
                .identifier(row.id), .text(row.name), .optional(row.role) { .text($0.rawValue) },
                .optional(scopes) { .json($0) }, .blob(row.hash), .time(row.createdAt), .text(row.createdBy),
                .optional(row.expiresAt, SQLiteValue.time), .optional(row.lastUsed, SQLiteValue.time),
            ])
    }

    static func delete(_ id: OperatorTokenID) -> RowStatement {
        RowStatement("DELETE FROM operator_tokens WHERE id = ?", [.identifier(id)])
    }

    static func load(_ connection: Connection) throws -> [OperatorTokenRow] {
        try connection.query(
            """
            SELECT id, name, role, scopes, hash, created_at, created_by, expires_at, last_used
            FROM operator_tokens
            """
        ) { row in
            let role: OperatorRole? = row.isNull(2) ? nil : try row.word(2)
            // A scope that this version does not know allows nothing.
            let words: [String] = row.isNull(3) ? [] : try row.json(3)
            let scopes = Set(words.compactMap { OperatorScope(rawValue: $0) })
            return OperatorTokenRow(
                id: try row.identifier(0), name: try row.string(1),
                permission: role.map { .role($0) } ?? .scopes(scopes), hash: try row.bytes(4),
                createdAt: try row.time(5), createdBy: try row.string(6),
                expiresAt: try row.optional(7, row.time), lastUsed: try row.optional(8, row.time))
        }
    }
}
