internal import COpenSSL
internal import Glibc
public import Model

/// An X.509 certificate.
///
/// Ownership: it owns one reference to an `X509` and gives it back when it ends.
/// Safety: nothing changes the certificate after the initializer, and its reference count is atomic.
public final class Certificate: @unchecked Sendable {
    let x509: OpaquePointer

    init(owning x509: OpaquePointer) { self.x509 = x509 }

    deinit { X509_free(x509) }

    /// Reads every certificate of a PEM text, the first one first; text around them is skipped.
    ///
    /// - Parameters:
    ///   - pem: The bytes of the file.
    ///   - subject: What the bytes are, for the error.
    /// - Returns: At least one certificate.
    /// - Throws: When there is none, or a damaged one.
    public static func read(pem: [UInt8], subject: String) throws(TLSFailure) -> [Certificate] {
        let source = MemoryBIO(pem)
        var found: [Certificate] = []
        OpenSSLErrors.clear()
        while let x509 = PEM_read_bio_X509(source.bio, nil, noPassword, nil) {
            found.append(Certificate(owning: x509))
            guard found.count <= TLSLimits.certificatesPerFile else {
                throw TLSFailure(
                    .unreadable, "\(subject) has more than \(TLSLimits.certificatesPerFile) certificates")
            }
        }
        let (code, words) = OpenSSLErrors.take()
        let isEnd = copenssl_is_error(code, Int32(ERR_LIB_PEM), PEM_R_NO_START_LINE) == 1
        guard isEnd else { throw TLSFailure(.unreadable, "\(subject) has a damaged certificate: \(words)") }
        guard !found.isEmpty else { throw TLSFailure(.unreadable, "\(subject) has no PEM certificate in it") }
        return found
    }

    /// The certificate as it is signed.
    public var der: [UInt8] {
        var start: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509(x509, &start)
        guard count > 0, let start else { return [] }
        defer { CRYPTO_free(start, nil, 0) }
        return Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }

    /// The certificate as PEM text.
    public var pem: [UInt8] {
        let target = MemoryBIO()
        PEM_write_bio_X509(target.bio, x509)
        return target.bytes
    }

    /// The SHA-256 digest of the certificate.
    public var fingerprint: Fingerprint { Fingerprint(SHA256.digest(der)) }

    /// From when it is valid.
    public var notBefore: Timestamp { Self.time(X509_get0_notBefore(x509)) }
    /// Until when it is valid.
    public var notAfter: Timestamp { Self.time(X509_get0_notAfter(x509)) }

    /// Whom it is for, as in `CN=fledx.example`.
    public var subject: String {
        let target = MemoryBIO()
        _ = copenssl_print_name(target.bio, X509_get_subject_name(x509))
        return String(target.text.prefix(TLSLimits.detailBytes))
    }

    /// Whether it may sign others.
    public var isAuthority: Bool { X509_check_ca(x509) == 1 }

    /// Whether `key` is the one in the certificate.
    func matches(_ key: PrivateKey) -> Bool {
        let matches = X509_check_private_key(x509, key.key) == 1
        OpenSSLErrors.clear()
        return matches
    }

    private static func time(_ value: UnsafePointer<ASN1_TIME>?) -> Timestamp {
        var parts = tm()
        guard ASN1_TIME_to_tm(value, &parts) == 1 else { return Timestamp(milliseconds: 0) }
        return Timestamp(milliseconds: Int64(timegm(&parts)) * 1000)
    }
}

/// An encrypted key or certificate is refused: OpenSSL would ask at the terminal.
func noPassword(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int32, _ writes: Int32, _ user: UnsafeMutableRawPointer?
) -> Int32 { -1 }
