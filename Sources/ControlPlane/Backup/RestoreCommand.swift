import ClusterCore
import EventLoop
import Model
import SQLite
import TLS

/// `fledx-cp restore`: puts a copy in the place of the database, as the beginning of another history.
///
/// Agents may know documents that the copy does not; so the restored database gets an epoch of its own, and every agent
/// keeps its containers as they are until an operator confirms.
struct RestoreCommand {
    /// Asks for the passphrase of a copy with keys.
    typealias AskPassphrase = () throws -> Redacted<String>

    let settings: ControlPlaneSettings
    let file: String
    /// Whether keys in the copy are left alone.
    var leavesKeys = false

    /// Restores and says what happened; blocks.
    ///
    /// The caller has the lock.
    func run(now: Timestamp, askPassphrase: AskPassphrase) throws -> String {
        let sealed = try examine()
        var keys: ArchivedKeys?
        if let sealed, !leavesKeys { keys = try KeyArchive.open(sealed, passphrase: try askPassphrase()) }
        let prepared = settings.databasePath + ".restoring"
        let history: (epoch: Epoch, before: Epoch)
        do {
            history = try prepare(prepared, at: now)
            try check(keys, against: prepared)
        } catch {
            try? BackupFile.remove(prepared)
            throw error
        }
        let aside = "\(settings.databasePath).replaced-\(BackupService.stamp(now))"
        let hadDatabase = try FileIO.status(settings.databasePath) != nil
        let written = try keys.map { try RestoredKeys(settings, aside: aside).write($0) } ?? []
        try BackupFile.replace(settings.databasePath, with: prepared, keepingAs: aside)
        return text(history, aside: hadDatabase ? aside : nil, written)
    }

    /// Reads the copy without touching it: whole, of a schema this program knows, and a control plane's.
    private func examine() throws -> [UInt8]? {
        guard let status = try FileIO.status(file) else { throw StartFailure("there is no file \(file)") }
        guard status.kind == .file || status.kind == .link else { throw StartFailure("\(file) is no file") }
        do {
            return try BackupFile.read(file) { copy in
                if let fault = try copy.faults().first {
                    throw SQLiteFailure(.corrupt, operation: "check \(file)", detail: fault)
                }
                try Migrator(Schema.migrations).check(copy)
                guard try copy.first("SELECT epoch FROM meta WHERE id = 1", [], { try $0.string(0) }) != nil
                else {
                    throw SQLiteFailure(
                        .corrupt, operation: "check \(file)",
                        detail: "it is not the database of a control plane")
                }
                return try KeyArchive.sealed(in: copy)
            }
        } catch {
            throw StartFailure("\(file) cannot be restored", cause: error)
        }
    }

    /// Makes the future database beside the present one.
    private func prepare(_ prepared: String, at now: Timestamp) throws -> (epoch: Epoch, before: Epoch) {
        try BackupFile.remove(prepared)
        var history: (epoch: Epoch, before: Epoch)?
        try BackupFile.copyFinished(file, to: prepared) { copy in
            try KeyArchive.remove(from: copy)
            _ = try Migrator(Schema.migrations).migrate(
                copy, appliedAtMilliseconds: now.milliseconds, keepsCopy: false)
            history = try beginHistory(in: copy, at: now)
        }
        guard let history else { throw StartFailure("\(file) has no history") }
        return history
    }

    /// The core decides what another history means for every row.
    private func beginHistory(
        in copy: Connection, at now: Timestamp
    ) throws -> (epoch: Epoch, before: Epoch) {
        guard let snapshot = try ClusterStore.snapshot(copy) else {
            throw StartFailure("\(file) has lost its own row: it is damaged")
        }
        var ids = SystemIDSource()
        var cluster = try Cluster(loading: snapshot, settings: settings.cluster)
        let before = cluster.epoch
        let moment = Moment(monotonic: MonotonicInstant(milliseconds: 0), wall: now)
        let outcome = try cluster.apply(.beginHistory(requestID: "fledx-cp restore"), now: moment, ids: &ids)
        try copy.transaction {
            for change in outcome.rowChanges { try copy.execute(change.statement) }
        }
        return (cluster.epoch, before)
    }

    /// A pepper that is not the database's would make every credential wrong, and another key every secret value.
    private func check(_ keys: ArchivedKeys?, against prepared: String) throws {
        let file = try SecretsFile(beside: settings.databasePath)
        guard let pepper = settings.pepper ?? keys?.pepper ?? file.values["FLEDX_CP_TOKENS_PEPPER"] else {
            throw StartFailure(
                "the copy needs the pepper it was made with: set FLEDX_CP_TOKENS_PEPPER, or put the old "
                    + "\(settings.databasePath).secrets in its place")
        }
        let keeper = try RestoredKeys.keeper(settings, keys)
        try BackupFile.read(prepared) { database in
            guard try KeyCheck.fits(pepper: pepper, database) else {
                throw StartFailure(
                    "FLEDX_CP_TOKENS_PEPPER (the environment's, else that of \(settings.databasePath).secrets) is "
                        + "not the one the copy was made with; put the value it had there")
            }
            guard try KeyCheck.opensAll(keeper, database) else {
                throw StartFailure(
                    "the copy has sealed secret values: FLEDX_CP_SECRETS_KEY_FILE must name a file with the key that "
                        + "sealed them, and \(settings.secretsKeyFile ?? "it") is not one; a copy made with "
                        + "--with-keys brings the key to where no file is")
            }
        }
    }

    private func text(
        _ history: (epoch: Epoch, before: Epoch), aside: String?, _ written: [String]
    ) -> String {
        var lines = ["\(settings.databasePath) is \(file) now, in the new history \(history.epoch)"]
        if let aside { lines.append("the database that was there is \(aside)") }
        lines += written
        lines += [
            "start fledx-cp; agents keep their containers as they are until you confirm:",
            "  fledx cluster status                      shows what that would change on each node",
            "  fledx cluster confirm \(history.before)",
            "  (or POST /api/v1/cluster/confirm {\"epoch\": \"\(history.before)\"})",
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}
