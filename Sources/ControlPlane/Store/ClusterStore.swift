import ClusterCore
import EventLoop
import Model
import SQLite

/// The storage boundary: `load()` and `commit(_:)` over the database worker.
@LoopActor
final class ClusterStore {
    /// What was found when the database was opened.
    struct Opened: Sendable {
        /// Null when the database was created just now.
        var stored: StoredState?
        var pepperCheck: [UInt8]?
        var report: MigrationReport
    }

    nonisolated static let pepperCheckName = "tokens_pepper"

    let worker: DatabaseWorker
    let path: String
    let reserve: StorageReserve
    private let reading: ConnectionOptions

    init(worker: DatabaseWorker, reading: ConnectionOptions, reserve: StorageReserve) {
        self.worker = worker
        self.reading = reading
        path = reading.path
        self.reserve = reserve
        worker.refusesTelemetry = { reserve.shortage != nil }
    }

    var barrier: CommitBarrier { worker.barrier }

    /// Opens the file and brings its schema up to date.
    static func open(_ options: WorkerOptions, reserveBytes: Int64) async throws -> ClusterStore {
        let path = options.connection.path
        var reading = ConnectionOptions(path: path, access: .readOnly)
        reading.fileLayer = options.connection.fileLayer
        return ClusterStore(
            worker: try await DatabaseWorker.open(options), reading: reading,
            reserve: StorageReserve(path: path, reserveBytes: reserveBytes))
    }

    /// Migrates and reads everything, at the start: placements, which are most of it, on a connection of their own.
    ///
    /// Both connections see one state, for nobody writes before the start is over.
    func migrateAndLoad(at now: Timestamp) async throws -> Opened {
        let milliseconds = now.milliseconds
        let report = try await worker.perform { connection in
            try Migrator(Schema.migrations).migrate(connection, appliedAtMilliseconds: milliseconds)
        }
        async let placements = placements()
        var opened = try await worker.perform { connection in
            Opened(
                stored: try Self.stored(connection, assignments: []),
                pepperCheck: try MetaRecords.check(Self.pepperCheckName, connection), report: report)
        }
        opened.stored?.cluster.assignments = try await placements
        return opened
    }

    private func placements() async throws -> [AssignmentRow] {
        let options = reading
        return try await BlockingPool.run {
            let connection = try Connection(options)
            defer { connection.close() }
            return try connection.snapshot { try AssignmentRecords.load(connection) }
        }
    }

    /// Makes a new database one of this installation: its epoch and the check value of its pepper, in one commit.
    func found(_ meta: MetaRow, pepperCheck: [UInt8]) async throws {
        let statements = [MetaRecords.put(meta), MetaRecords.putCheck(Self.pepperCheckName, pepperCheck)]
        try await worker.perform { connection in
            try connection.transaction {
                for statement in statements { try connection.execute(statement) }
            }
        }
    }

    /// Reads everything that is stored.
    func load() async throws -> StoredState {
        let stored = try await worker.perform { try Self.stored($0) }
        guard let stored else {
            throw StartFailure("\(path) has lost its own row: the database is damaged")
        }
        return stored
    }

    /// Queues the changes of one outcome, decisions behind the barrier and telemetry beside it.
    ///
    /// - Parameters:
    ///   - changes: What the core changed.
    ///   - joined: What tells of it, in the same transaction as the decisions.
    /// - Returns: The barrier's number that stands for the state after these changes.
    /// - Throws: What the worker refuses; then nothing was queued.
    @discardableResult
    func commit(_ changes: [RowChange], joined: [RowStatement] = []) throws(SQLiteFailure) -> UInt64 {
        guard !changes.isEmpty || !joined.isEmpty else { return barrier.sequence }
        let decisions = changes.filter { $0.durability == .decision }
        let telemetry = changes.filter { $0.durability == .telemetry }
        let sequence = try worker.submit(decisions.map(\.statement) + joined)
        if !telemetry.isEmpty { worker.submitTelemetry(telemetry.map(\.statement)) }
        return sequence
    }

    nonisolated private static func stored(
        _ connection: Connection, assignments: [AssignmentRow]? = nil
    ) throws -> StoredState? {
        try connection.snapshot {
            guard let cluster = try snapshot(connection, assignments: assignments) else { return nil }
            let access = AccessState(
                operators: try OperatorTokenRecords.load(connection),
                registrations: try RegistrationTokenRecords.load(connection))
            return StoredState(
                cluster: cluster, access: access, lastEvent: try EventRecords.last(connection))
        }
    }

    /// What is stored of the cluster; the caller keeps the reads together.
    ///
    /// - Parameters:
    ///   - connection: Reads it.
    ///   - assignments: Placements that are known already; nil reads them.
    /// - Returns: Everything, or nil when the database was never founded.
    /// - Throws: What SQLite says of what is stored.
    nonisolated static func snapshot(
        _ connection: Connection, assignments: [AssignmentRow]? = nil
    ) throws -> ClusterSnapshot? {
        guard let meta = try MetaRecords.load(connection) else { return nil }
        let specs = ColumnMemo<DeploymentSpec>()
        var snapshot = ClusterSnapshot(
            meta: meta, nodes: try NodeRecords.load(connection),
            nodesSeen: try NodeSeenRecords.load(connection),
            tokens: try NodeTokenRecords.load(connection),
            deployments: try DeploymentRecords.load(connection, specs),
            revisions: try RevisionRecords.load(connection, specs),
            assignments: try assignments ?? AssignmentRecords.load(connection))
        snapshot.configs =
            try ConfigRecords.load(connection) + ConfigVersionRecords.load(connection)
            + ConfigAttachmentRecords.load(connection) + RegistryCredentialRecords.load(connection)
            + IngressRouteRecords.load(connection)
        return snapshot
    }
}
