internal import COpenSSL

/// HMAC-SHA-256 under one key whose two blocks are digested once, not again for every message.
///
/// Ownership: it owns two `EVP_MD_CTX` and frees them when it ends.
/// Safety: nothing writes to either context after the initializer; every message works on a copy of its own.
public final class KeyedHasher: @unchecked Sendable {
    private let inner: OpaquePointer
    private let outer: OpaquePointer

    /// Digests the key's blocks (RFC 2104).
    ///
    /// - Parameter key: The secret; every length is allowed, longer than 64 bytes is hashed first.
    public init(key: [UInt8]) {
        var block = key.count > TLSLimits.digestBlockBytes ? SHA256.digest(key) : key
        block += repeatElement(0, count: TLSLimits.digestBlockBytes - block.count)
        inner = Self.started(with: block.map { $0 ^ 0x36 })
        outer = Self.started(with: block.map { $0 ^ 0x5C })
    }

    deinit {
        EVP_MD_CTX_free(inner)
        EVP_MD_CTX_free(outer)
    }

    /// Returns the authentication code of `message`.
    ///
    /// - Parameter message: The bytes to authenticate.
    /// - Returns: 32 bytes.
    public func code(of message: [UInt8]) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("OpenSSL allocates a digest") }
        defer { EVP_MD_CTX_free(context) }
        return [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { output, count in
            let made =
                EVP_MD_CTX_copy_ex(context, inner) == 1
                && EVP_DigestUpdate(context, message, message.count) == 1
                && EVP_DigestFinal_ex(context, output.baseAddress, nil) == 1
                && EVP_MD_CTX_copy_ex(context, outer) == 1
                && EVP_DigestUpdate(context, output.baseAddress, SHA256.byteCount) == 1
                && EVP_DigestFinal_ex(context, output.baseAddress, nil) == 1
            // Fails only when memory is gone: that cannot be handled here.
            precondition(made, "OpenSSL computes HMAC-SHA-256")
            count = SHA256.byteCount
        }
    }

    private static func started(with block: [UInt8]) -> OpaquePointer {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("OpenSSL allocates a digest") }
        let started =
            EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
            && EVP_DigestUpdate(context, block, block.count) == 1
        precondition(started, "OpenSSL starts SHA-256")
        return context
    }
}
