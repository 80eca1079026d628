/// Every bound of this module, by name.
public enum TLSLimits {
    /// The most random bytes one call returns.
    public static let randomBytes = 65_536
    /// The binary logarithm of scrypt's cost: 32 MiB and about a tenth of a second.
    static let scryptLogCost: UInt8 = 15
    /// The largest cost that is accepted from a file.
    static let scryptMaximumLogCost: UInt8 = 18
    /// The memory scrypt may take.
    static let scryptMemoryBytes = 300 << 20
    /// Bytes that SHA-256 takes in at a time.
    static let digestBlockBytes = 64
}
