internal import COpenSSL

/// What all connections of one side have in common: certificates, rules, ticket keys.
///
/// A server's context is replaced as a whole when its files change; sessions keep the one they began with.
///
/// Ownership: it owns one reference to an `SSL_CTX` and gives it back when it ends.
/// Safety: nothing changes the context after the initializer; what OpenSSL keeps in it has locks of its own.
public final class TLSContext: @unchecked Sendable {
    /// Which end of a connection.
    enum Role: Sendable { case server, client }

    let context: OpaquePointer
    let role: Role
    private let protocols: ProtocolList

    /// Lets a server show who it is.
    ///
    /// - Parameters:
    ///   - identity: Chain and key.
    ///   - clientAuthorities: When there are any, clients must show a certificate signed by one of them.
    ///   - protocols: Names for ALPN, the preferred one first; a client that offers only others is refused.
    /// - Returns: A context for any number of connections.
    /// - Throws: When a certificate cannot be used.
    public static func server(
        _ identity: TLSIdentity, clientAuthorities: [Certificate] = [], protocols: [String] = []
    ) throws(TLSFailure) -> TLSContext {
        let made = try TLSContext(.server, TLS_server_method(), protocols)
        try made.show(identity)
        if !clientAuthorities.isEmpty { try made.demandClients(of: clientAuthorities) }
        made.choosesProtocol()
        made.givesTickets()
        return made
    }

    /// Lets a client check a server.
    ///
    /// - Parameters:
    ///   - authorities: Whom to trust; nil trusts the system's authorities.
    ///   - identity: What to show a server that asks.
    ///   - protocols: Names to offer by ALPN, the preferred one first.
    ///   - verifies: Whether the server is checked at all; if not, anybody in between reads and changes everything.
    /// - Returns: A context for any number of connections.
    /// - Throws: When a certificate cannot be used, or the system's authorities are missing.
    public static func client(
        authorities: [Certificate]?, identity: TLSIdentity? = nil, protocols: [String] = [],
        verifies: Bool = true
    ) throws(TLSFailure) -> TLSContext {
        let made = try TLSContext(.client, TLS_client_method(), protocols)
        if let authorities {
            try made.trust(authorities)
        } else {
            guard SSL_CTX_set_default_verify_paths(made.context) == 1 else {
                throw TLSFailure(.unreadable, "the system's authorities cannot be found")
            }
        }
        SSL_CTX_set_verify(made.context, verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        if let identity { try made.show(identity) }
        try made.offersProtocols()
        return made
    }

    private init(_ role: Role, _ method: OpaquePointer?, _ names: [String]) throws(TLSFailure) {
        guard let context = SSL_CTX_new(method) else { preconditionFailure("OpenSSL allocates a context") }
        self.context = context
        self.role = role
        protocols = ProtocolList(names)
        copenssl_set_mode(context, Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE))
        SSL_CTX_set_options(context, copenssl_no_compression() | copenssl_no_renegotiation())
        // Tickets are kept by clients, sessions by nobody here: a cache would grow with every connection.
        copenssl_set_session_cache(context, Int(SSL_SESS_CACHE_OFF))
        let set =
            copenssl_set_min_version(context, TLS1_2_VERSION) == 1
            // Forward secret and authenticated ciphers only; TLS 1.3 has no others.
            && SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1
        guard set else {
            throw TLSFailure(.unreadable, "OpenSSL refuses the rules: \(OpenSSLErrors.take().words)")
        }
    }

    deinit { SSL_CTX_free(context) }

    /// Shows the chain; OpenSSL takes references of its own.
    private func show(_ identity: TLSIdentity) throws(TLSFailure) {
        OpenSSLErrors.clear()
        var isSet =
            SSL_CTX_use_certificate(context, identity.certificate.x509) == 1
            && SSL_CTX_use_PrivateKey(context, identity.key.key) == 1
        for certificate in identity.chain.dropFirst() where isSet {
            isSet = copenssl_add_chain_certificate(context, certificate.x509) == 1
        }
        guard isSet else {
            throw TLSFailure(
                .unreadable,
                "the certificate \(identity.certificate.subject) cannot be used: "
                    + OpenSSLErrors.take().words)
        }
    }

    private func trust(_ authorities: [Certificate]) throws(TLSFailure) {
        let store = SSL_CTX_get_cert_store(context)
        for authority in authorities where X509_STORE_add_cert(store, authority.x509) != 1 {
            throw TLSFailure(
                .unreadable, "\(authority.subject) cannot be trusted: \(OpenSSLErrors.take().words)")
        }
    }

    private func demandClients(of authorities: [Certificate]) throws(TLSFailure) {
        try trust(authorities)
        // Named in the handshake, so that a client with several certificates shows the right one.
        for authority in authorities { SSL_CTX_add_client_CA(context, authority.x509) }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    }

    private func choosesProtocol() {
        guard !protocols.isEmpty else { return }
        SSL_CTX_set_alpn_select_cb(context, protocolOffered, Unmanaged.passUnretained(protocols).toOpaque())
    }

    private func offersProtocols() throws(TLSFailure) {
        guard !protocols.isEmpty else { return }
        // This one function answers 0 when it worked.
        guard SSL_CTX_set_alpn_protos(context, protocols.wire, UInt32(protocols.count)) == 0 else {
            throw TLSFailure(.unreadable, "the protocols cannot be offered")
        }
    }

    /// One ticket is enough to come back with; a session must belong to a context with a name.
    private func givesTickets() {
        SSL_CTX_set_num_tickets(context, 1)
        let name = Array("fledx".utf8)
        SSL_CTX_set_session_id_context(context, name, UInt32(name.count))
    }
}

private func protocolOffered(
    _ ssl: OpaquePointer?, _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ length: UnsafeMutablePointer<UInt8>?, _ offered: UnsafePointer<UInt8>?, _ count: UInt32,
    _ user: UnsafeMutableRawPointer?
) -> Int32 {
    guard let user, let chosen, let length, let offered else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    return Unmanaged<ProtocolList>.fromOpaque(user).takeUnretainedValue()
        .choose(chosen, length, offered, count)
}
