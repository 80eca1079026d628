import EventLoop
import Model

/// Puts the keys of a copy where a start looks for them; what was there stays beside it.
struct RestoredKeys {
    private let settings: ControlPlaneSettings
    /// The name under which replaced files are kept, without their ending.
    private let aside: String

    init(_ settings: ControlPlaneSettings, aside: String) {
        self.settings = settings
        self.aside = aside
    }

    /// What opens secret values after the restore: the file of the setting, else the key of the copy.
    static func keeper(_ settings: ControlPlaneSettings, _ keys: ArchivedKeys?) throws -> SecretKeeper {
        let path = settings.secretsKeyFile ?? secretsKeyPath(settings)
        if settings.secretsKeyFile != nil, try FileIO.status(path) != nil {
            return try SecretKeeper(keyFile: path)
        }
        guard let key = keys?.secretsKey else { return SecretKeeper() }
        return try SecretKeeper(file: key.revealed, at: path)
    }

    private static func secretsKeyPath(_ settings: ControlPlaneSettings) -> String {
        settings.secretsKeyFile ?? "\(settings.databasePath).secrets-key"
    }

    /// Writes all of them and says where each is.
    func write(_ keys: ArchivedKeys) throws -> [String] {
        var lines = try writeSettings(keys.settings)
        if let key = keys.secretsKey { lines += try writeSecretsKey(key.revealed) }
        if let authority = keys.authority {
            let path = DevelopmentAuthority(database: settings.databasePath).keyPath
            lines += try write(authority.revealed, to: path, ending: "ca.key", "the authority of --dev-tls")
        }
        return lines
    }

    private func writeSettings(_ values: [String: Redacted<String>]) throws -> [String] {
        var file = try SecretsFile(beside: settings.databasePath)
        var lines = ["its keys are in \(file.path)"]
        if try FileIO.status(file.path) != nil,
            file.values.mapValues(\.revealed) != values.mapValues(\.revealed)
        {
            let bytes = try FileIO.read(file.path, limitBytes: ControlPlaneLimits.secretsFileBytes)
            try FileIO.writeDurably("\(aside).secrets", bytes)
            lines.append("the secrets that were there are in \(aside).secrets")
        }
        for (key, value) in values { file.set(key, value) }
        try file.write()
        return lines
    }

    /// A file that the setting names is the operator's, and was found fit before.
    private func writeSecretsKey(_ key: [UInt8]) throws -> [String] {
        if let path = settings.secretsKeyFile, try FileIO.status(path) != nil { return [] }
        let path = Self.secretsKeyPath(settings)
        let lines = try write(key, to: path, ending: "secrets-key", "the key of secret values")
        guard settings.secretsKeyFile == nil else { return lines }
        return lines + ["  start fledx-cp with FLEDX_CP_SECRETS_KEY_FILE=\(path)"]
    }

    private func write(_ bytes: [UInt8], to path: String, ending: String, _ name: String) throws -> [String] {
        var lines = ["\(name) is in \(path)"]
        if let present = try FileIO.readIfPresent(path, limitBytes: ControlPlaneLimits.secretsFileBytes) {
            guard present != bytes else { return lines }
            try FileIO.writeDurably("\(aside).\(ending)", present)
            lines.append("what was there is in \(aside).\(ending)")
        }
        try FileIO.writeDurably(path, bytes, mode: 0o600)
        return lines
    }
}
