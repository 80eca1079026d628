import EventLoop
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

    /// Puts sealed keys into a copy.
    static func put(_ keys: ArchivedKeys, passphrase: Redacted<String>, into copy: Connection) throws {
        let sealed = PassphraseSeal.seal(keys.encoded, passphrase: Array(passphrase.revealed.utf8))
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
    static func open(_ sealed: [UInt8], passphrase: Redacted<String>) throws -> ArchivedKeys {
        try ArchivedKeys(
            decoding: PassphraseSeal.open(sealed, passphrase: Array(passphrase.revealed.utf8)))
    }
}
