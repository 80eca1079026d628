/// The stored form of a token: HMAC-SHA-256 of the token under the pepper.
///
/// Tokens carry 128 bits or more of randomness, so a fast keyed hash is enough: whoever reads the database
/// without the pepper can neither use nor test a token.
public struct KeyedHash: Sendable, Hashable {
    /// The 32 bytes that are stored.
    public let bytes: [UInt8]

    /// Takes a hash read from storage.
    ///
    /// - Parameter bytes: 32 bytes; nil comes back for any other length.
    public init?(bytes: [UInt8]) {
        guard bytes.count == SHA256.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Hashes a token.
    ///
    /// - Parameters:
    ///   - token: The token as the peer sends it.
    ///   - pepper: The installation's secret key.
    public init(token: String, pepper: [UInt8]) {
        bytes = SHA256.authenticationCode(of: Array(token.utf8), key: pepper)
    }

    /// Returns whether this is the hash of `token`, in constant time.
    ///
    /// - Parameters:
    ///   - token: The token a peer sent.
    ///   - pepper: The installation's secret key.
    /// - Returns: True when the token is the one that was hashed.
    public func matches(token: String, pepper: [UInt8]) -> Bool {
        ConstantTime.areEqual(bytes, KeyedHash(token: token, pepper: pepper).bytes)
    }
}
