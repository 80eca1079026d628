internal import COpenSSL

/// Reads OpenSSL's queue of errors, which belongs to the thread, and puts it into words.
enum OpenSSLErrors {
    /// Forgets what an earlier call left behind; it would be taken for the next call's failure.
    static func clear() { ERR_clear_error() }

    /// Takes everything out of the queue: the first code, and its words.
    static func take() -> (code: UInt, words: String) {
        let first = ERR_get_error()
        ERR_clear_error()
        guard first != 0 else { return (0, "no reason is given") }
        if let reason = ERR_reason_error_string(first) { return (first, String(cString: reason)) }
        return (first, "error \(first)")
    }

    /// The failure behind a broken connection.
    static func sessionFailure(verification: Int, peer: String) -> TLSFailure {
        let (code, words) = take()
        if isReason(code, SSL_R_CERTIFICATE_VERIFY_FAILED) { return verificationFailure(verification, peer) }
        if isReason(code, SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
            return TLSFailure(.certificateMissing, "\(peer) shows no certificate, and one is required")
        }
        if isReason(code, SSL_R_HTTP_REQUEST) || isReason(code, SSL_R_WRONG_VERSION_NUMBER) {
            return TLSFailure(.notTLS, "\(peer) does not speak TLS (\(words))")
        }
        let foreign = [
            SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_NO_SHARED_CIPHER, SSL_R_VERSION_TOO_LOW,
            SSL_R_NO_PROTOCOLS_AVAILABLE,
            SSL_R_NO_APPLICATION_PROTOCOL, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_NO_SUITABLE_KEY_SHARE,
        ]
        if foreign.contains(where: { isReason(code, $0) }) {
            return TLSFailure(.nothingInCommon, "\(peer) and this side have nothing in common: \(words)")
        }
        if let alert = alertFailure(code, words, peer) { return alert }
        return TLSFailure(.protocolError, "\(peer) breaks TLS: \(words)")
    }

    /// What a failed check of the peer's certificate means.
    static func verificationFailure(_ result: Int, _ peer: String) -> TLSFailure {
        let words = X509_verify_cert_error_string(result).map { String(cString: $0) } ?? "unknown"
        switch Int32(truncatingIfNeeded: result) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return TLSFailure(.expired, "the certificate of \(peer) has expired")
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return TLSFailure(
                .notYetValid, "the certificate of \(peer) is not valid yet; is this machine's clock right?")
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            return TLSFailure(.nameMismatch, "the certificate of \(peer) is for other names (\(words))")
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE:
            return TLSFailure(
                .unknownAuthority, "the certificate of \(peer) is signed by nobody trusted here (\(words))")
        default: return TLSFailure(.certificateRefused, "the certificate of \(peer) is refused: \(words)")
        }
    }

    /// Reasons above a thousand are the peer's own alerts.
    private static func alertFailure(_ code: UInt, _ words: String, _ peer: String) -> TLSFailure? {
        for alert in Int32(SSL_AD_REASON_OFFSET)..<Int32(SSL_AD_REASON_OFFSET) + 256
        where isReason(code, alert) {
            return TLSFailure(.alert, "\(peer) broke the handshake off: \(words)")
        }
        return nil
    }

    private static func isReason(_ code: UInt, _ reason: Int32) -> Bool {
        copenssl_is_error(code, Int32(ERR_LIB_SSL), reason) == 1
    }
}
