internal import COpenSSL

/// A private key.
///
/// Ownership: it owns one reference to an `EVP_PKEY` and gives it back when it ends.
/// Safety: nothing changes the key after the initializer, and its reference count is atomic.
public final class PrivateKey: @unchecked Sendable {
    let key: OpaquePointer

    init(owning key: OpaquePointer) { self.key = key }

    deinit { EVP_PKEY_free(key) }

    /// Reads a PEM key without a password.
    public convenience init(pem: [UInt8], subject: String) throws(TLSFailure) {
        let source = MemoryBIO(pem)
        OpenSSLErrors.clear()
        guard let key = PEM_read_bio_PrivateKey(source.bio, nil, noPassword, nil) else {
            throw Self.unreadable(OpenSSLErrors.take().words, pem, subject)
        }
        self.init(owning: key)
    }

    /// Makes a new key on the curve P-256.
    public static func makeP256() throws(TLSFailure) -> PrivateKey {
        guard let key = copenssl_make_p256_key() else {
            throw TLSFailure(.unreadable, "no key can be made: \(OpenSSLErrors.take().words)")
        }
        return PrivateKey(owning: key)
    }

    /// The key as PEM text; whoever writes it to a file keeps others from reading it.
    public var pem: [UInt8] {
        let target = MemoryBIO()
        PEM_write_bio_PrivateKey(target.bio, key, nil, nil, 0, nil, nil)
        return target.bytes
    }

    /// OpenSSL says the same of a missing key and of one in a format it does not know, so the text is looked at.
    private static func unreadable(_ words: String, _ pem: [UInt8], _ subject: String) -> TLSFailure {
        guard holds(pem, "PRIVATE KEY-----") else {
            return TLSFailure(.unreadable, "\(subject) has no PEM private key in it")
        }
        if holds(pem, "BEGIN ENCRYPTED PRIVATE KEY") || holds(pem, "Proc-Type: 4,ENCRYPTED") {
            return TLSFailure(
                .unreadable, "\(subject) is encrypted; write it without a password (openssl pkey)")
        }
        return TLSFailure(.unreadable, "\(subject) has a damaged private key: \(words)")
    }

    private static func holds(_ text: [UInt8], _ words: StaticString) -> Bool {
        let words = words.withUTF8Buffer { Array($0) }
        guard text.count >= words.count else { return false }
        return (0...(text.count - words.count)).contains {
            text[$0..<($0 + words.count)].elementsEqual(words)
        }
    }
}
