internal import COpenSSL
internal import Model

/// A certificate that is being put together.
///
/// Ownership: it owns one `X509`; `signed` gives the caller a reference of its own.
struct CertificateDraft: ~Copyable {
    let x509: OpaquePointer

    init(name: String, now: Timestamp, days: Int64, key: PrivateKey) throws(TLSFailure) {
        guard let x509 = X509_new() else { preconditionFailure("OpenSSL allocates a certificate") }
        self.x509 = x509
        let seconds = now.milliseconds / 1000
        let subject = X509_get_subject_name(x509)
        // A positive number nobody can foretell (CA/Browser Forum: at least 64 bits of randomness).
        let serial = SecureRandom.bytes(16).enumerated().map {
            $0.offset == 0 ? $0.element & 0x7F | 0x40 : $0.element
        }
        guard X509_set_version(x509, 2) == 1, let number = BN_bin2bn(serial, Int32(serial.count), nil),
            BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509)) != nil,
            ASN1_TIME_set(X509_getm_notBefore(x509), Int(seconds - 3_600)) != nil,
            ASN1_TIME_set(X509_getm_notAfter(x509), Int(seconds + days * 86_400)) != nil,
            X509_set_pubkey(x509, key.key) == 1,
            X509_NAME_add_entry_by_txt(
                subject, "CN", MBSTRING_UTF8, Array(name.utf8.prefix(64)), Int32(min(64, name.utf8.count)),
                -1, 0) == 1
        else { throw Self.failure() }
        BN_free(number)
    }

    deinit { X509_free(x509) }

    /// Adds an extension in OpenSSL's notation.
    func add(_ kind: Int32, _ value: String, issuer: OpaquePointer) throws(TLSFailure) {
        var context = X509V3_CTX()
        copenssl_set_extension_context(&context, issuer, x509)
        guard let made = X509V3_EXT_conf_nid(nil, &context, kind, value) else { throw Self.failure() }
        defer { X509_EXTENSION_free(made) }
        guard X509_add_ext(x509, made, -1) == 1 else { throw Self.failure() }
    }

    /// Names the issuer and signs.
    func signed(issuer: OpaquePointer, by key: PrivateKey) throws(TLSFailure) -> Certificate {
        guard X509_set_issuer_name(x509, X509_get_subject_name(issuer)) == 1,
            X509_sign(x509, key.key, EVP_sha256()) > 0, X509_up_ref(x509) == 1
        else { throw Self.failure() }
        return Certificate(owning: x509)
    }

    private static func failure() -> TLSFailure {
        TLSFailure(.unreadable, "a certificate cannot be made: \(OpenSSLErrors.take().words)")
    }
}
