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

    init(worker: DatabaseWorker, path: String, reserve: StorageReserve) {
        self.worker = worker
        self.path = path
        self.reserve = reserve
        worker.refusesTelemetry = { reserve.shortage != nil }
    }

    var barrier: CommitBarrier { worker.barrier }

    /// Opens the file and brings its schema up to date.
    static func open(_ options: WorkerOptions, reserveBytes: Int64) async throws -> ClusterStore {
        let path = options.connection.path
        return ClusterStore(
            worker: try await DatabaseWorker.open(options), path: path,
            reserve: StorageReserve(path: path, reserveBytes: reserveBytes))
    }

    /// Migrates and reads everything.
    func migrateAndLoad(at now: Timestamp) async throws -> Opened {
        let milliseconds = now.milliseconds
        return try await worker.perform { connection in
            let report = try Migrator(Schema.migrations).migrate(
                connection, appliedAtMilliseconds: milliseconds)
            return Opened(
                stored: try Self.stored(connection),
                pepperCheck: try MetaRecords.check(Self.pepperCheckName, connection), report: report)
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

    nonisolated private static func stored(_ connection: Connection) throws -> StoredState? {
        try connection.snapshot {
            guard let cluster = try snapshot(connection) else { return nil }
            let access = AccessState(
                operators: try OperatorTokenRecords.load(connection),
                registrations: try RegistrationTokenRecords.load(connection))
            return StoredState(
                cluster: cluster, access: access, lastEvent: try EventRecords.last(connection))
        }
    }

    /// What is stored of the cluster; the caller keeps the reads together.
    nonisolated static func snapshot(_ connection: Connection) throws -> ClusterSnapshot? {
        guard let meta = try MetaRecords.load(connection) else { return nil }
        var snapshot = ClusterSnapshot(
            meta: meta, nodes: try NodeRecords.load(connection),
            nodesSeen: try NodeSeenRecords.load(connection),
            tokens: try NodeTokenRecords.load(connection),
            deployments: try DeploymentRecords.load(connection),
            revisions: try RevisionRecords.load(connection),
            assignments: try AssignmentRecords.load(connection))
        snapshot.configs =
            try ConfigRecords.load(connection) + ConfigVersionRecords.load(connection)
            + ConfigAttachmentRecords.load(connection) + RegistryCredentialRecords.load(connection)
            + IngressRouteRecords.load(connection)
        return snapshot
    }
}
