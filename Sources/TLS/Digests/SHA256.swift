internal import COpenSSL

/// SHA-256 and HMAC-SHA-256 of bytes that are already in memory.
///
/// Both are pure functions and may be called on any thread.
public enum SHA256 {
    /// The length of every digest and every authentication code of this type.
    public static let byteCount = 32

    /// Returns the SHA-256 digest of `bytes`.
    ///
    /// - Parameter bytes: The message; it may be empty.
    /// - Returns: 32 bytes.
    public static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = SHA256Digest()
        digest.update(bytes)
        return digest.finish()
    }

    /// Returns the SHA-256 digest of the UTF-8 bytes of `text`.
    ///
    /// - Parameter text: The message; it may be empty.
    /// - Returns: 32 bytes.
    public static func digest(_ text: String) -> [UInt8] {
        digest(Array(text.utf8))
    }

    /// Returns the HMAC-SHA-256 (RFC 2104) of `message` under `key`.
    ///
    /// - Parameters:
    ///   - message: The bytes to authenticate.
    ///   - key: The secret; every length is allowed, longer than 64 bytes is hashed first.
    /// - Returns: 32 bytes.
    public static func authenticationCode(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        precondition(key.count <= Int(Int32.max), "an HMAC key is small")
        return [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
            var length: UInt32 = 0
            let made = HMAC(
                EVP_sha256(), key, Int32(key.count), message, message.count, output.baseAddress, &length)
            // HMAC fails only when memory is gone or the library has no SHA-256: neither can be handled here.
            precondition(made != nil && length == UInt32(byteCount), "OpenSSL computes HMAC-SHA-256")
            count = byteCount
        }
    }
}
