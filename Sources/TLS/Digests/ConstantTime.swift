internal import COpenSSL

/// Comparison of secrets whose duration does not tell where they differ.
public enum ConstantTime {
    /// Returns whether two secrets are equal.
    ///
    /// The lengths are not secret: different lengths answer at once.
    ///
    /// - Parameters:
    ///   - left: One secret, usually what a peer sent (or its hash).
    ///   - right: The other, usually what is stored.
    /// - Returns: True when both have the same bytes.
    public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return CRYPTO_memcmp(left, right, left.count) == 0
    }
}
