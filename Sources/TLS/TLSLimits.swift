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
    /// The largest file with certificates or a key.
    public static let fileBytes = 1 << 20
    /// The most certificates read from one file: the system's bundle has about 150.
    static let certificatesPerFile = 1_000
    /// Plaintext handed on at a time.
    static let plaintextBytes = 65_536
    /// Plaintext sealed at a time; a large body becomes pieces of this size.
    static let sealedBytes = 196_608
    /// The largest buffer for ciphertext that is kept from one use to the next; one a process.
    static let scratchBytes = 262_144
    /// Bytes of an error text from OpenSSL or from a certificate.
    static let detailBytes = 256
    /// How long an authority of our own is valid.
    static let authorityDays: Int64 = 3_650
    /// How long a certificate of that authority is valid.
    static let leafDays: Int64 = 397
    /// A certificate of our own is made anew this long before its end.
    public static let renewalDays: Int64 = 30
    /// Names one certificate may carry.
    static let names = 64
    /// The most bytes that are sealed at once.
    static let sealedValueBytes = 64 << 20
}
