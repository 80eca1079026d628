import ClusterCore
import Model
import SQLite

/// Placements as they are stored.
enum AssignmentRecords {
    static func put(_ row: AssignmentRow) -> RowStatement {
        let (since, reason) = retiring(row.phase)
        return RowStatement(
            """
            INSERT INTO assignments (id, deployment_id, replica_number, node_id, generation, ports, former_ports,
            resources, retiring_since, retire_reason, created_at, updated_at, image, same_since,
            is_arriving, configs)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET deployment_id = excluded.deployment_id,
            replica_number = excluded.replica_number, node_id = excluded.node_id,
            generation = excluded.generation, ports = excluded.ports, former_ports = excluded.former_ports,
            resources = excluded.resources, retiring_since = excluded.retiring_since,
            retire_reason = excluded.retire_reason, created_at = excluded.created_at,
            updated_at = excluded.updated_at, image = excluded.image, same_since = excluded.same_since,
            is_arriving = excluded.is_arriving, configs = excluded.configs
            """,
            [
                .identifier(row.id), .identifier(row.deploymentID), .integer(Int64(row.replicaNumber)),
                .identifier(row.nodeID), .counter(row.generation), .json(row.ports), .json(row.formerPorts),
                .optional(row.resources) { .json($0) }, since, reason, .time(row.createdAt),
                .time(row.updatedAt), .optional(row.image, SQLiteValue.text), .counter(row.sameSince),
                .integer(row.phase == .arriving ? 1 : 0), .json(row.configs),
            ])
    }

    static func delete(_ id: AssignmentID) -> RowStatement {
        RowStatement("DELETE FROM assignments WHERE id = ?", [.identifier(id)])
    }

    static func load(_ connection: Connection) throws -> [AssignmentRow] {
        let ports = ColumnMemo<[PortMapping]>()
        let resources = ColumnMemo<Resources>()
        let configs = ColumnMemo<[ConfigReference]>()
        return try connection.query(
            """
            SELECT id, deployment_id, replica_number, node_id, generation, ports, former_ports, resources,
            retiring_since, retire_reason, created_at, updated_at, image, same_since, is_arriving, configs
            FROM assignments
            """
        ) { row in
            AssignmentRow(
                id: try row.identifier(0), deploymentID: try row.identifier(1), replicaNumber: try row.int(2),
                nodeID: try row.identifier(3), generation: try row.counter(4),
                sameSince: try row.optional(13, row.counter), ports: try ports.read(5, of: row),
                formerPorts: try ports.read(6, of: row), resources: try resources.readIfPresent(7, of: row),
                image: try row.optional(12, row.string), configs: try configs.read(15, of: row),
                phase: try phase(row),
                createdAt: try row.time(10), updatedAt: try row.time(11))
        }
    }

    private static func retiring(_ phase: AssignmentRow.Phase) -> (SQLiteValue, SQLiteValue) {
        switch phase {
        case .current, .arriving: (.null, .null)
        case .retiring(let revision, let reason): (.counter(revision), .text(reason.rawValue))
        }
    }

    private static func phase(_ row: SQLiteRow) throws -> AssignmentRow.Phase {
        guard let revision = try row.optional(8, row.counter) else {
            return try row.int(14) == 0 ? .current : .arriving
        }
        return .retiring(sinceRevision: revision, reason: try row.word(9))
    }
}
