import ClusterCore
import Model
import SQLite

/// Nodes as they are stored.
enum NodeRecords {
    static func put(_ row: NodeRow) -> RowStatement {
        RowStatement(
            """
            INSERT INTO nodes (id, ordinal, name, inventory, operator_labels, revision, emptied_revision,
            emptied_request, created_at, updated_at, deleted_at, removes_containers, availability, epoch,
            accepted_epoch, interval_secs, declaration, claimed_revision)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET ordinal = excluded.ordinal, name = excluded.name,
            inventory = excluded.inventory, operator_labels = excluded.operator_labels,
            revision = excluded.revision, emptied_revision = excluded.emptied_revision,
            emptied_request = excluded.emptied_request, created_at = excluded.created_at,
            updated_at = excluded.updated_at, deleted_at = excluded.deleted_at,
            removes_containers = excluded.removes_containers, availability = excluded.availability,
            epoch = excluded.epoch, accepted_epoch = excluded.accepted_epoch,
            interval_secs = excluded.interval_secs, declaration = excluded.declaration,
            claimed_revision = excluded.claimed_revision
            """,
            [
                .identifier(row.id), .counter(row.ordinal), .optional(row.name, SQLiteValue.text),
                .json(row.inventory), .json(row.operatorLabels), .counter(row.revision),
                .optional(row.emptiedBy?.revision, SQLiteValue.counter),
                .optional(row.emptiedBy?.requestID, SQLiteValue.text), .time(row.createdAt),
                .time(row.updatedAt),
                .optional(row.tombstone?.deletedAt, SQLiteValue.time),
                .flag(row.tombstone?.removesContainers ?? false), .text(row.availability.rawValue),
                .optional(row.epoch) { .identifier($0) },
                .optional(row.acceptedEpoch) { .identifier($0) },
                .optional(row.intervalSecs) { .integer(Int64($0)) },
                .counter(row.declaration),
                .optional(row.claimedRevision.map { min($0, UInt64(Int64.max)) }, SQLiteValue.counter),
            ])
    }

    static func delete(_ id: NodeID) -> RowStatement {
        RowStatement("DELETE FROM nodes WHERE id = ?", [.identifier(id)])
    }

    static func load(_ connection: Connection) throws -> [NodeRow] {
        let inventories = ColumnMemo<Inventory>()
        let labels = ColumnMemo<[String: String]>()
        return try connection.query(
            """
            SELECT id, ordinal, name, inventory, operator_labels, revision, emptied_revision, emptied_request,
            created_at, updated_at, deleted_at, removes_containers, availability, epoch, accepted_epoch,
            interval_secs, declaration, claimed_revision FROM nodes
            """
        ) { row in
            NodeRow(
                id: try row.identifier(0), ordinal: try row.counter(1), name: try row.optional(2, row.string),
                inventory: try inventories.read(3, of: row),
                operatorLabels: try labels.read(4, of: row), revision: try row.counter(5),
                emptiedBy: try emptiedBy(row), createdAt: try row.time(8), updatedAt: try row.time(9),
                declaration: try row.counter(16), availability: try row.word(12),
                epoch: try row.optional(13, row.identifier),
                acceptedEpoch: try row.optional(14, row.identifier),
                claimedRevision: try row.optional(17, row.counter),
                intervalSecs: try row.optional(15, row.int),
                tombstone: try tombstone(row))
        }
    }

    private static func emptiedBy(_ row: SQLiteRow) throws -> DesiredStateDocument.EmptiedBy? {
        guard let revision = try row.optional(6, row.counter) else { return nil }
        return DesiredStateDocument.EmptiedBy(
            revision: revision, requestID: try row.optional(7, row.string) ?? "")
    }

    private static func tombstone(_ row: SQLiteRow) throws -> NodeRow.Tombstone? {
        guard let deletedAt = try row.optional(10, row.time) else { return nil }
        return NodeRow.Tombstone(deletedAt: deletedAt, removesContainers: try row.flag(11))
    }
}
