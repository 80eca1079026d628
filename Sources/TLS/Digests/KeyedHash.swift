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
    ///   - hasher: Has the installation's pepper as its key.
    public init(token: String, by hasher: KeyedHasher) {
        bytes = hasher.code(of: Array(token.utf8))
    }

    /// Returns whether this is the hash of `token`, in constant time.
    ///
    /// - Parameters:
    ///   - token: The token a peer sent.
    ///   - hasher: Has the installation's pepper as its key.
    /// - Returns: True when the token is the one that was hashed.
    public func matches(token: String, by hasher: KeyedHasher) -> Bool {
        ConstantTime.areEqual(bytes, KeyedHash(token: token, by: hasher).bytes)
    }
}
