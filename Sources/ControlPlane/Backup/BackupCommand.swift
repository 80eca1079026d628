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
        let keys = try passphrase.map { _ in try ArchivedKeys(settings) }
        do {
            try BackupFile.copy(settings.databasePath, to: file) { copy in
                guard let keys, let passphrase else { return }
                try check(keys, settings, copy)
                try KeyArchive.put(keys, passphrase: passphrase, into: copy)
            }
        } catch {
            throw StartFailure("cannot copy \(settings.databasePath) to \(file)", cause: error)
        }
        let size = try FileIO.status(file)?.sizeBytes ?? 0
        let secrets = "\(settings.databasePath).secrets"
        let advice =
            keys.map(contents)
            ?? "the keys (\(secrets), or what the environment sets, and the file of FLEDX_CP_SECRETS_KEY_FILE) "
            + "are not in it: keep them apart, or use --with-keys"
        return "\(file): \(size) bytes, a whole copy of \(settings.databasePath)\n\(advice)\n"
    }

    /// Keys of another database would be found out at the restore only, when it is too late.
    private static func check(
        _ keys: ArchivedKeys, _ settings: ControlPlaneSettings, _ copy: Connection
    ) throws {
        if let pepper = keys.pepper, !(try KeyCheck.fits(pepper: pepper, copy)) {
            throw StartFailure("FLEDX_CP_TOKENS_PEPPER is not the one of this database; set the value it has")
        }
        guard try KeyCheck.opensAll(SecretKeeper(keyFile: settings.secretsKeyFile), copy) else {
            throw StartFailure(
                "the database has sealed secret values: FLEDX_CP_SECRETS_KEY_FILE must name the file with their key"
            )
        }
    }

    private static func contents(_ keys: ArchivedKeys) -> String {
        var names = ["pepper and tokens"]
        if keys.secretsKey != nil { names.append("the key of secret values") }
        if keys.authority != nil { names.append("the authority of --dev-tls") }
        let list = names.joined(separator: ", ")
        return "the keys are in it, sealed (\(list)): without the passphrase nobody can use them, nor can you"
    }
}
