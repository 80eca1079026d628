/// One numbered step of the schema.
///
/// Once released, a migration never changes: its checksum is recorded with it and compared at every start.
public struct Migration: Sendable, Hashable {
    /// The position, from 1 without gaps.
    public let number: Int
    /// A short name for people, as in `add_ingress`.
    public let name: String
    /// The statements, separated by semicolons; no BEGIN, COMMIT or ROLLBACK.
    public let sql: String

    /// Describes a migration.
    ///
    /// - Parameters:
    ///   - number: The position, from 1 without gaps.
    ///   - name: A short name for people.
    ///   - sql: The statements.
    public init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }

    /// A fingerprint of the statements (FNV-1a, 64 bits), against accidents rather than attackers.
    public var checksum: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in sql.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let text = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
}
