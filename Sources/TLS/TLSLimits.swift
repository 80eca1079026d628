/// Every bound of this module, by name.
public enum TLSLimits {
    /// The most random bytes one call returns.
    public static let randomBytes = 65_536
    /// Bytes that SHA-256 takes in at a time.
    static let digestBlockBytes = 64
}
