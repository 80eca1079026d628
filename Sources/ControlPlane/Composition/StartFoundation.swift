import ClusterCore
import EventLoop
import Logging
import Model
import SQLite

/// The parts of a start that wait: database, secrets, state.
@LoopActor
struct StartFoundation {
    let store: ClusterStore
    let stored: StoredState
    let history: HistoryReader
    let secrets: StartSecrets
    let keeper: SecretKeeper
    let repetitions: [Repetition]

    static func lay(
        _ settings: ControlPlaneSettings, _ options: ControlPlaneOptions, _ logger: Logger
    ) async throws -> StartFoundation {
        try makeFolder(of: settings.databasePath)
        var worker = WorkerOptions(path: settings.databasePath)
        worker.beforeCommit = options.beforeCommit
        worker.connection.fileLayer = options.fileLayer
        let store: ClusterStore
        do {
            store = try await ClusterStore.open(worker, reserveBytes: settings.storageReserveBytes)
        } catch {
            throw StartFailure("cannot open the database \(settings.databasePath)", cause: error)
        }
        do {
            return try await lay(on: store, settings, options, logger)
        } catch {
            try? await store.worker.close()
            throw error
        }
    }

    private static func lay(
        on store: ClusterStore, _ settings: ControlPlaneSettings, _ options: ControlPlaneOptions,
        _ logger: Logger
    ) async throws -> StartFoundation {
        let now = options.clock.now().wall
        let opened: ClusterStore.Opened
        do {
            opened = try await store.migrateAndLoad(at: now)
        } catch {
            throw StartFailure("cannot use the database \(settings.databasePath)", cause: error)
        }
        report(opened.report, logger)
        let secrets = try StartSecrets(settings: settings, databaseIsEmpty: opened.stored == nil)
        let stored: StoredState
        if let found = opened.stored {
            try check(secrets.credentials, opened, settings)
            stored = found
        } else {
            stored = try await found(store, secrets, at: now)
        }
        try await audit(opened.report, in: store, at: now)
        let history = try await HistoryReader.open(path: settings.databasePath)
        let keeper = try await SecretKeeper.start(settings, store, stored.cluster)
        return StartFoundation(
            store: store, stored: stored, history: history, secrets: secrets, keeper: keeper,
            repetitions: try await store.worker.perform { try RepetitionRecords.load($0) })
    }

    private static func found(
        _ store: ClusterStore, _ secrets: StartSecrets, at now: Timestamp
    ) async throws -> StoredState {
        var ids = SystemIDSource()
        let meta = MetaRow(epoch: ids.nextIdentifier(), createdAt: now)
        try await store.found(meta, pepperCheck: secrets.credentials.pepperCheck)
        return StoredState(cluster: ClusterSnapshot(meta: meta))
    }

    /// Schema changes are in the audit log like everything else that changes the cluster.
    private static func audit(
        _ report: MigrationReport, in store: ClusterStore, at now: Timestamp
    ) async throws {
        guard !report.applied.isEmpty else { return }
        let entries = report.applied.map { CoreAudit.entry(of: $0, at: now) }.map(AuditRecords.insert)
        try await store.worker.perform { connection in
            try connection.transaction {
                for entry in entries { try connection.execute(entry) }
            }
        }
    }

    /// Another pepper would make every stored credential wrong, so the start fails before any agent notices.
    private static func check(
        _ credentials: Credentials, _ opened: ClusterStore.Opened, _ settings: ControlPlaneSettings
    ) throws(StartFailure) {
        guard opened.pepperCheck == credentials.pepperCheck else {
            throw StartFailure(
                "FLEDX_CP_TOKENS_PEPPER is not the one the database \(settings.databasePath) was made with; "
                    + "set the value it had")
        }
    }

    static func makeFolder(of path: String) throws(StartFailure) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        do {
            try FileIO.makeFolders(String(path[..<slash]), mode: 0o750)
        } catch {
            throw StartFailure("cannot make the folder of the database \(path)", cause: error)
        }
    }

    private static func report(_ report: MigrationReport, _ logger: Logger) {
        guard !report.applied.isEmpty else { return }
        let steps = report.applied.map { "\($0.number) \($0.name)" }.joined(separator: ", ")
        let copy = report.copyPath.map { "; the database as it was is in \($0)" } ?? ""
        logger.notice("schema brought from \(report.previous) to \(report.current): \(steps)\(copy)")
    }
}
