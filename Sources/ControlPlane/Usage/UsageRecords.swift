import ClusterCore
import Model
import SQLite

/// Minutes of use as they are stored.
///
/// A replica on a node is a number, and rows are ordered by minute: a minute's rows are appended to the end of the
/// file, whatever they are about, and old ones are taken from its front.
enum UsageRecords {
    /// Gives a replica its number, or notes that it is still counted; a series nobody counts goes with its rows.
    static func declare(_ key: UsageKey, day: Int64) -> RowStatement {
        RowStatement(
            """
            INSERT INTO usage_series (deployment_id, node_id, replica_number, last_day) VALUES (?, ?, ?, ?)
            ON CONFLICT (deployment_id, node_id, replica_number)
            DO UPDATE SET last_day = max(last_day, excluded.last_day)
            """, identity(key) + [.integer(day)])
    }

    /// Adds to a minute; what comes late is added to what is there.
    static func add(_ bucket: UsageBucket) -> RowStatement {
        let totals = bucket.totals
        return RowStatement(
            """
            INSERT INTO usage_rollups (minute, series, samples, cpu_percent, memory_bytes, received_bytes,
            sent_bytes, block_read_bytes, block_written_bytes)
            SELECT ?4, id, ?5, ?6, ?7, ?8, ?9, ?10, ?11 FROM usage_series
            WHERE deployment_id = ?1 AND node_id = ?2 AND replica_number = ?3
            ON CONFLICT (minute, series) DO UPDATE SET samples = samples + excluded.samples,
            cpu_percent = cpu_percent + excluded.cpu_percent,
            memory_bytes = memory_bytes + excluded.memory_bytes,
            received_bytes = received_bytes + excluded.received_bytes,
            sent_bytes = sent_bytes + excluded.sent_bytes,
            block_read_bytes = coalesce(block_read_bytes + excluded.block_read_bytes,
                block_read_bytes, excluded.block_read_bytes),
            block_written_bytes = coalesce(block_written_bytes + excluded.block_written_bytes,
                block_written_bytes, excluded.block_written_bytes)
            """,
            identity(bucket.key) + [
                .integer(bucket.minute), .integer(Int64(totals.samples)), .real(totals.cpuPercent),
                .integer(Int64(totals.memoryBytes)), .counter(totals.receivedBytes),
                .counter(totals.sentBytes), .optional(totals.blockReadBytes, SQLiteValue.counter),
                .optional(totals.blockWrittenBytes, SQLiteValue.counter),
            ])
    }

    /// Takes away some of the minutes before one; run it until it takes none.
    static func prune(before minute: Int64, on connection: Connection) throws -> Int {
        try connection.execute(
            """
            DELETE FROM usage_rollups
            WHERE minute < min(?1, (SELECT min(minute) FROM usage_rollups) + ?2)
            """, [.integer(minute), .integer(ControlPlaneLimits.prunedMinutes)])
    }

    /// Takes away replicas that have no minute left.
    static func pruneSeries(before day: Int64, on connection: Connection) throws {
        try connection.execute("DELETE FROM usage_series WHERE last_day < ?", [.integer(day)])
    }

    /// Some minutes of what is asked for, newest first.
    ///
    /// Walks from minute to minute instead of sorting everything: a page ends as soon as it is full.
    static func page(_ query: UsageQuery, count: Int, on connection: Connection) throws -> [UsageBucket] {
        var found: [UsageBucket] = []
        var next = query.cursor?.minute ?? query.last
        while found.count < count, next >= query.first {
            let newest = try connection.first(
                "SELECT max(minute) FROM usage_rollups WHERE minute <= ?", [.integer(next)]
            ) { $0.isNull(0) ? nil : try $0.int64(0) }
            guard let minute = newest ?? nil, minute >= query.first else { break }
            found += try rows(of: minute, query, on: connection).filter { query.isBehindCursor($0) }
            next = minute - 1
        }
        return Array(found.prefix(count))
    }

    private static func rows(
        of minute: Int64, _ query: UsageQuery, on connection: Connection
    ) throws -> [UsageBucket] {
        let isOfDeployment = query.deploymentID != nil
        // Written twice so that each uses its own index: the replicas are few, the minutes many.
        let sql =
            isOfDeployment
            ? "\(columns) WHERE s.deployment_id = ?2 AND (?3 IS NULL OR s.node_id = ?3) \(order)"
            : "\(columns) WHERE s.node_id = ?3 AND ?2 IS NULL \(order)"
        let values: [SQLiteValue] = [
            .integer(minute), .optional(query.deploymentID, SQLiteValue.identifier),
            .optional(query.nodeID, SQLiteValue.identifier),
            .optional(query.replicaNumber, SQLiteValue.integer),
        ]
        return try connection.query(sql, values) { try bucket(minute, $0) }
    }

    private static let columns = """
        SELECT s.deployment_id, s.node_id, s.replica_number, r.samples, r.cpu_percent, r.memory_bytes,
        r.received_bytes, r.sent_bytes, r.block_read_bytes, r.block_written_bytes
        FROM usage_series AS s CROSS JOIN usage_rollups AS r ON r.minute = ?1 AND r.series = s.id
        """
    private static let order =
        "AND (?4 IS NULL OR s.replica_number = ?4) ORDER BY s.deployment_id, s.node_id, s.replica_number"

    private static func bucket(_ minute: Int64, _ row: SQLiteRow) throws -> UsageBucket {
        var totals = UsageTotals()
        totals.samples = try row.int(3)
        totals.cpuPercent = try row.double(4)
        totals.memoryBytes = try row.double(5)
        totals.receivedBytes = try row.counter(6)
        totals.sentBytes = try row.counter(7)
        totals.blockReadBytes = row.isNull(8) ? nil : try row.counter(8)
        totals.blockWrittenBytes = row.isNull(9) ? nil : try row.counter(9)
        let replica = ReplicaKey(deploymentID: try row.identifier(0), replicaNumber: try row.int(2))
        return UsageBucket(
            key: UsageKey(replica: replica, nodeID: try row.identifier(1)), minute: minute, totals: totals)
    }

    private static func identity(_ key: UsageKey) -> [SQLiteValue] {
        [
            .identifier(key.replica.deploymentID), .identifier(key.nodeID),
            .integer(Int64(key.replica.replicaNumber)),
        ]
    }
}
