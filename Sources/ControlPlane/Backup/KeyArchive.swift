import EventLoop
import JSON
import Model
import SQLite
import TLS

/// The keys a copy of the database is useless without, sealed inside that copy.
///
/// A copy with keys is a database like any other with one more table; `restore` takes the table out again.
enum KeyArchive {
    private static let createTable = """
        CREATE TABLE backup_keys (id INTEGER PRIMARY KEY CHECK (id = 1), sealed BLOB NOT NULL) STRICT
        """

    /// The keys in force: the environment's, else those of the secrets file.
    static func keys(_ settings: ControlPlaneSettings) throws(StartFailure) -> [String: Redacted<String>] {
        var keys = try SecretsFile(beside: settings.databasePath).values
        if let pepper = settings.pepper { keys["FLEDX_CP_TOKENS_PEPPER"] = pepper }
        if let token = settings.registrationToken { keys["FLEDX_CP_REGISTRATION_TOKEN"] = token }
        if !settings.operatorTokens.isEmpty {
            let list = settings.operatorTokens.map(\.revealed).joined(separator: ",")
            keys["FLEDX_CP_OPERATOR_TOKENS"] = Redacted(list)
        }
        guard keys["FLEDX_CP_TOKENS_PEPPER"] != nil else {
            throw StartFailure(
                "there are no keys to save: FLEDX_CP_TOKENS_PEPPER is neither set nor in "
                    + "\(settings.databasePath).secrets")
        }
        return keys
    }

    /// Puts sealed keys into a copy.
    static func put(
        _ keys: [String: Redacted<String>], passphrase: Redacted<String>, into copy: Connection
    ) throws {
        let members = keys.sorted { $0.key < $1.key }.map {
            JSONMember(key: $0.key, value: .string($0.value.revealed))
        }
        let sealed = PassphraseSeal.seal(
            JSONNode.object(members).encoded(), passphrase: Array(passphrase.revealed.utf8))
        try copy.transaction {
            try copy.execute(createTable)
            try copy.execute("INSERT INTO backup_keys (id, sealed) VALUES (1, ?)", [.blob(sealed)])
        }
    }

    /// The sealed keys of a copy; nil when it has none.
    static func sealed(in copy: Connection) throws -> [UInt8]? {
        let name = try copy.first(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'backup_keys'"
        ) {
            try $0.string(0)
        }
        guard name != nil else { return nil }
        return try copy.first("SELECT sealed FROM backup_keys WHERE id = 1") { try $0.bytes(0) }
    }

    /// Takes the sealed keys out of a copy that becomes a database.
    static func remove(from copy: Connection) throws {
        try copy.execute("DROP TABLE IF EXISTS backup_keys")
    }

    /// Opens sealed keys.
    static func open(_ sealed: [UInt8], passphrase: Redacted<String>) throws -> [String: Redacted<String>] {
        let plain = try PassphraseSeal.open(sealed, passphrase: Array(passphrase.revealed.utf8))
        var keys: [String: Redacted<String>] = [:]
        for member in try JSONNode.parse(plain).objectValue ?? [] where SecretsFile.keys.contains(member.key)
        {
            keys[member.key] = member.value.stringValue.map { Redacted($0) }
        }
        return keys
    }
}
