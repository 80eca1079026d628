import EventLoop
import JSON
import Model
import TLS

/// What a copy of the database is useless without, as a copy with keys holds it.
struct ArchivedKeys {
    private static let secretsKeyName = "secrets_key_file"
    private static let authorityName = "ca_key"

    /// By the settings' own names, as in the secrets file.
    var settings: [String: Redacted<String>] = [:]
    /// The file of `FLEDX_CP_SECRETS_KEY_FILE`, without which sealed values are lost.
    var secretsKey: Redacted<[UInt8]>?
    /// The authority of `--dev-tls`, which agents trust by its fingerprint.
    var authority: Redacted<[UInt8]>?

    /// The keys in force: the environment's, else those of the files beside the database.
    init(_ settings: ControlPlaneSettings) throws(StartFailure) {
        self.settings = try SecretsFile(beside: settings.databasePath).values
        if let pepper = settings.pepper { self.settings["FLEDX_CP_TOKENS_PEPPER"] = pepper }
        if let token = settings.registrationToken { self.settings["FLEDX_CP_REGISTRATION_TOKEN"] = token }
        if !settings.operatorTokens.isEmpty {
            let list = settings.operatorTokens.map(\.revealed).joined(separator: ",")
            self.settings["FLEDX_CP_OPERATOR_TOKENS"] = Redacted(list)
        }
        guard pepper != nil else {
            throw StartFailure(
                "there are no keys to save: FLEDX_CP_TOKENS_PEPPER is neither set nor in "
                    + "\(settings.databasePath).secrets")
        }
        if let path = settings.secretsKeyFile {
            _ = try SecretKeeper(keyFile: path)
            secretsKey = try Self.file(path, limitBytes: ControlPlaneLimits.secretsKeyFileBytes)
        }
        authority = try Self.file(
            DevelopmentAuthority(database: settings.databasePath).keyPath, limitBytes: TLSLimits.fileBytes)
    }

    /// Reads what `encoded` wrote; names that this program does not know are left out.
    init(decoding bytes: [UInt8]) throws {
        for member in try JSONNode.parse(bytes).objectValue ?? [] {
            guard let text = member.value.stringValue else { continue }
            switch member.key {
            case Self.secretsKeyName: secretsKey = Hex.decode(text).map { Redacted($0) }
            case Self.authorityName: authority = Hex.decode(text).map { Redacted($0) }
            case let key where SecretsFile.keys.contains(key): settings[key] = Redacted(text)
            default: break
            }
        }
    }

    var pepper: Redacted<String>? { settings["FLEDX_CP_TOKENS_PEPPER"] }

    /// All of them in clear, for the seal.
    var encoded: [UInt8] {
        var members = settings.sorted { $0.key < $1.key }.map {
            JSONMember(key: $0.key, value: .string($0.value.revealed))
        }
        for (name, bytes) in [(Self.secretsKeyName, secretsKey), (Self.authorityName, authority)] {
            if let bytes { members.append(JSONMember(key: name, value: .string(Hex.encode(bytes.revealed)))) }
        }
        return JSONNode.object(members).encoded()
    }

    private static func file(_ path: String, limitBytes: Int) throws(StartFailure) -> Redacted<[UInt8]>? {
        do {
            return try FileIO.readIfPresent(path, limitBytes: limitBytes).map { Redacted($0) }
        } catch {
            throw StartFailure("cannot read \(path)", cause: error)
        }
    }
}
