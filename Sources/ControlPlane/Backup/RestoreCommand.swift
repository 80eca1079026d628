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
        var keys: [String: Redacted<String>]?
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
        let keptSecrets = try keys.flatMap { try write($0, aside: aside) }
        try BackupFile.replace(settings.databasePath, with: prepared, keepingAs: aside)
        return text(history, aside: hadDatabase ? aside : nil, wroteKeys: keys != nil, keptSecrets)
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

    /// A pepper that is not the database's would make every credential wrong.
    private func check(_ keys: [String: Redacted<String>]?, against prepared: String) throws {
        let file = try SecretsFile(beside: settings.databasePath)
        let pepper =
            settings.pepper ?? keys?["FLEDX_CP_TOKENS_PEPPER"] ?? file.values["FLEDX_CP_TOKENS_PEPPER"]
        let expected = try BackupFile.read(prepared) {
            try MetaRecords.check(ClusterStore.pepperCheckName, $0)
        }
        guard let pepper else {
            throw StartFailure(
                "the copy needs the pepper it was made with: set FLEDX_CP_TOKENS_PEPPER, or put the old "
                    + "\(settings.databasePath).secrets in its place")
        }
        guard let expected else { return }
        let credentials = Credentials(pepper: pepper, registration: Redacted(""), operators: [])
        guard credentials.pepperCheck == expected else {
            throw StartFailure(
                "FLEDX_CP_TOKENS_PEPPER (the environment's, else that of \(settings.databasePath).secrets) is not the "
                    + "one the copy was made with; put the value it had there")
        }
    }

    /// Writes the secrets file; the one that was there stays beside it.
    private func write(_ keys: [String: Redacted<String>], aside: String) throws -> String? {
        var file = try SecretsFile(beside: settings.databasePath)
        var kept: String?
        if try FileIO.status(file.path) != nil,
            file.values.mapValues(\.revealed) != keys.mapValues(\.revealed)
        {
            let bytes = try FileIO.read(file.path, limitBytes: ControlPlaneLimits.secretsFileBytes)
            try FileIO.writeDurably("\(aside).secrets", bytes)
            kept = "\(aside).secrets"
        }
        for (key, value) in keys { file.set(key, value) }
        try file.write()
        return kept
    }

    private func text(
        _ history: (epoch: Epoch, before: Epoch), aside: String?, wroteKeys: Bool, _ keptSecrets: String?
    ) -> String {
        var lines = ["\(settings.databasePath) is \(file) now, in the new history \(history.epoch)"]
        if let aside { lines.append("the database that was there is \(aside)") }
        if wroteKeys { lines.append("its keys are in \(settings.databasePath).secrets") }
        if let keptSecrets { lines.append("the secrets that were there are in \(keptSecrets)") }
        lines += [
            "start fledx-cp; agents keep their containers as they are until you confirm:",
            "  fledx cluster status                      shows what that would change on each node",
            "  fledx cluster confirm \(history.before)",
            "  (or POST /api/v1/cluster/confirm {\"epoch\": \"\(history.before)\"})",
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}
