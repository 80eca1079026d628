import ClusterCore
import Model
import SQLite

/// Whether keys are those a database was made with, before anybody relies on it.
enum KeyCheck {
    /// Whether a pepper is the one under which the database's tokens are hashed.
    static func fits(pepper: Redacted<String>, _ database: Connection) throws -> Bool {
        guard let expected = try MetaRecords.check(ClusterStore.pepperCheckName, database) else {
            return true
        }
        let credentials = Credentials(pepper: pepper, registration: Redacted(""), operators: [])
        return credentials.pepperCheck == expected
    }

    /// Whether nothing in the database stays sealed with such a keeper.
    static func opensAll(_ keeper: SecretKeeper, _ database: Connection) throws -> Bool {
        if try MetaRecords.check(SecretKeeper.checkName, database) == keeper.checkValue { return true }
        return try ClusterStore.snapshot(database).map { !SecretKeeper.holdsSealedValues($0) } ?? true
    }
}
