import Model
import SQLite

/// Answered requests as they are stored.
enum RepetitionRecords {
    static func put(_ row: Repetition) -> RowStatement {
        RowStatement(
            """
            INSERT INTO repetitions (scope, key, fingerprint, status, headers, body, created_at, speaker)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (scope, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,
            headers = excluded.headers, body = excluded.body, created_at = excluded.created_at,
            speaker = excluded.speaker
            """,
            [
                .blob(row.name.scope), .text(row.name.key), .blob(row.fingerprint),
                .integer(Int64(row.status.code)), .json(row.headers), .blob(row.body), .time(row.createdAt),
                .blob(row.name.speaker),
            ])
    }

    /// Forgets everything up to a time.
    static func deleteAll(until time: Timestamp) -> RowStatement {
        RowStatement("DELETE FROM repetitions WHERE created_at <= ?", [.time(time)])
    }

    static func load(_ connection: Connection) throws -> [Repetition] {
        try connection.query(
            """
            SELECT scope, key, fingerprint, status, headers, body, created_at, speaker FROM repetitions
            ORDER BY created_at
            """
        ) { row in
            Repetition(
                .init(scope: try row.bytes(0), key: try row.string(1), speaker: try row.bytes(7)),
                fingerprint: try row.bytes(2),
                status: HTTPStatus(try row.int(3)), headers: try row.json(4), body: try row.bytes(5),
                createdAt: try row.time(6))
        }
    }
}
