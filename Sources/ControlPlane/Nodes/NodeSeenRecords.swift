import ClusterCore
import Model
import SQLite

/// When nodes were last heard from, as it is stored.
enum NodeSeenRecords {
    static func put(_ row: NodeSeenRow) -> RowStatement {
        RowStatement(
            """
            INSERT INTO nodes_seen (node_id, last_seen, status) VALUES (?, ?, ?)
            ON CONFLICT (node_id) DO UPDATE SET last_seen = excluded.last_seen, status = excluded.status
            """,
            [.identifier(row.nodeID), .time(row.lastSeen), .text(row.status.rawValue)])
    }

    static func delete(_ id: NodeID) -> RowStatement {
        RowStatement("DELETE FROM nodes_seen WHERE node_id = ?", [.identifier(id)])
    }

    static func load(_ connection: Connection) throws -> [NodeSeenRow] {
        try connection.query("SELECT node_id, last_seen, status FROM nodes_seen") { row in
            NodeSeenRow(nodeID: try row.identifier(0), lastSeen: try row.time(1), status: try row.word(2))
        }
    }
}
