internal import COpenSSL

extension TLSSession {
    /// The protocol both sides chose by ALPN; nil when they chose none.
    public var chosenProtocol: String? {
        var start: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &start, &count)
        guard let start, count > 0 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
    }

    /// The version spoken, such as `TLSv1.3`.
    public var version: String { SSL_get_version(ssl).map { String(cString: $0) } ?? "" }

    /// Whether the keys come from an earlier connection.
    public var isResumed: Bool { SSL_session_reused(ssl) == 1 }

    /// The peer's certificate; nil when it showed none.
    public var peerCertificate: Certificate? {
        SSL_get1_peer_certificate(ssl).map { Certificate(owning: $0) }
    }

    /// What a later connection to the same server may begin with; nil before the server gave a ticket.
    public var resumption: TLSResumption? {
        guard let session = SSL_get1_session(ssl) else { return nil }
        guard SSL_SESSION_is_resumable(session) == 1 else {
            SSL_SESSION_free(session)
            return nil
        }
        return TLSResumption(owning: session)
    }

    /// Demands that the server's certificate is for this name, and tells the server which one is asked for.
    func checkName(_ host: String) throws(TLSFailure) {
        let parameters = SSL_get0_param(ssl)
        let isAddress = Certificate.isAddress(host)
        let isSet =
            isAddress
            ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1
            : SSL_set1_host(ssl, host) == 1 && copenssl_set_server_name(ssl, host) == 1
        guard isSet else { throw TLSFailure(.nameMismatch, "'\(host)' is not a host name") }
    }
}

/// What is left of a connection for the next one to begin with.
///
/// Ownership: it owns one reference to an `SSL_SESSION` and gives it back when it ends.
/// Safety: the session is not changed through this reference, and its count is atomic.
public final class TLSResumption: @unchecked Sendable {
    let session: OpaquePointer

    init(owning session: OpaquePointer) { self.session = session }

    deinit { SSL_SESSION_free(session) }
}
