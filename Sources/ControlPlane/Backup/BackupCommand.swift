import EventLoop
import Model
import SQLite

/// `fledx-cp backup`: a copy of the database, made on the machine it lies on, whether or not a control plane runs.
enum BackupCommand {
    /// Makes the copy and says what it is; blocks.
    static func run(
        _ settings: ControlPlaneSettings, file: String, passphrase: Redacted<String>?
    ) throws -> String {
        guard (try FileIO.status(settings.databasePath)) != nil else {
            throw StartFailure(
                "there is no database \(settings.databasePath); FLEDX_CP_DATABASE_URL names it")
        }
        guard (try FileIO.status(file)) == nil else {
            throw StartFailure("\(file) exists; give a name that is free")
        }
        let keys = try passphrase.map { _ in try KeyArchive.keys(settings) }
        do {
            try BackupFile.copy(settings.databasePath, to: file) { copy in
                if let keys, let passphrase { try KeyArchive.put(keys, passphrase: passphrase, into: copy) }
            }
        } catch {
            throw StartFailure("cannot copy \(settings.databasePath) to \(file)", cause: error)
        }
        let size = try FileIO.status(file)?.sizeBytes ?? 0
        let secrets = "\(settings.databasePath).secrets"
        let advice =
            keys == nil
            ? "the keys (\(secrets), or what the environment sets) are not in it: keep them apart, or use --with-keys"
            : "the keys are in it, sealed: without the passphrase nobody can use them, nor can you"
        return "\(file): \(size) bytes, a whole copy of \(settings.databasePath)\n\(advice)\n"
    }
}
