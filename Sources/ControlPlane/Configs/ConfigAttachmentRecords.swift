import ClusterCore
import Model
import SQLite

/// What configs are attached to, as it is stored.
enum ConfigAttachmentRecords {
    private enum Kind: String { case deployment, node }

    static func put(_ row: ConfigAttachmentRow) -> RowStatement {
        let (kind, id) = words(row.target)
        return RowStatement(
            """
            INSERT INTO config_attachments (config_id, target_kind, target_id, attached_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (config_id, target_kind, target_id) DO UPDATE SET attached_at = excluded.attached_at
            """,
            [.identifier(row.configID), kind, id, .time(row.attachedAt)])
    }

    static func delete(_ id: ConfigID, _ target: ConfigTarget) -> RowStatement {
        let (kind, targetID) = words(target)
        return RowStatement(
            "DELETE FROM config_attachments WHERE config_id = ? AND target_kind = ? AND target_id = ?",
            [.identifier(id), kind, targetID])
    }

    static func load(_ connection: Connection) throws -> [ClusterCore.Row] {
        try connection.query(
            "SELECT config_id, target_kind, target_id, attached_at FROM config_attachments"
        ) { row in
            let kind: Kind = try row.word(1)
            let target: ConfigTarget =
                switch kind {
                case .deployment: .deployment(try row.identifier(2))
                case .node: .node(try row.identifier(2))
                }
            return .configAttachment(
                ConfigAttachmentRow(
                    configID: try row.identifier(0), target: target, attachedAt: try row.time(3)))
        }
    }

    private static func words(_ target: ConfigTarget) -> (SQLiteValue, SQLiteValue) {
        switch target {
        case .deployment(let id): (.text(Kind.deployment.rawValue), .identifier(id))
        case .node(let id): (.text(Kind.node.rawValue), .identifier(id))
        }
    }
}
