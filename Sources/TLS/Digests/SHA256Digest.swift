internal import COpenSSL

/// A SHA-256 digest that is fed piece by piece.
///
/// Ownership: the value owns one `EVP_MD_CTX` and frees it when it ends. It is unique, so it is used by one
/// thread at a time by construction.
public struct SHA256Digest: ~Copyable {
    private let context: OpaquePointer

    /// Starts an empty digest.
    public init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("OpenSSL allocates a digest") }
        let started = EVP_DigestInit_ex(context, EVP_sha256(), nil)
        precondition(started == 1, "OpenSSL starts SHA-256")
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// Adds bytes to the message.
    ///
    /// - Parameter bytes: The next piece; it may be empty.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds borrowed bytes to the message.
    ///
    /// - Parameter bytes: The next piece, read before this returns.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        let updated = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        precondition(updated == 1, "OpenSSL updates SHA-256")
    }

    /// Ends the message and returns its digest.
    ///
    /// - Returns: 32 bytes.
    public consuming func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { output, count in
            let finished = EVP_DigestFinal_ex(context, output.baseAddress, nil)
            precondition(finished == 1, "OpenSSL finishes SHA-256")
            count = SHA256.byteCount
        }
    }
}
