internal import COpenSSL

/// One TLS connection without a socket: ciphertext in, plaintext out, and the other way round.
///
/// The owner brings what the peer sent (`receive`), takes what the peer shall get (`output`), and looks at `state`.
/// Nothing is called back. One thread at a time.
///
/// Ownership: it owns one `SSL`, which owns the BIO that points back here.
public final class TLSSession {
    /// How far a connection is.
    public enum State: Sendable, Equatable {
        /// Both sides still agree on keys; plaintext that is written waits.
        case handshaking
        /// Plaintext flows.
        case open
        /// The peer has said that it sends no more; this side still can.
        case ended
        /// It broke; `output` may hold the alert that tells the peer why.
        case failed(TLSFailure)
    }

    /// How far this connection is.
    public private(set) var state = State.handshaking
    /// Ciphertext for the peer; whoever sends it empties it.
    public var output: [UInt8] = []
    /// Plaintext that waits for the end of the handshake.
    public private(set) var waiting: [UInt8] = []

    let ssl: OpaquePointer
    let peer: String
    /// Held: OpenSSL keeps its own part of a context alive, not what our callbacks point to.
    private let context: TLSContext
    private var held: [UInt8] = []
    private var source: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    private var hasClosed = false
    private var closesLater = false

    /// A server's side, which waits for the client.
    public convenience init(server context: TLSContext, peer: String) {
        precondition(context.role == .server, "a server's session needs a server's context")
        self.init(context, peer)
        SSL_set_accept_state(ssl)
    }

    /// A client's side, which has its first words in `output` at once.
    ///
    /// - Parameters:
    ///   - context: A client's.
    ///   - host: The name or address that the server's certificate must be for.
    ///   - resuming: What `resumption` gave after an earlier connection.
    /// - Throws: When `host` cannot be a name.
    public convenience init(client context: TLSContext, host: String, resuming: TLSResumption? = nil)
        throws(TLSFailure)
    {
        precondition(context.role == .client, "a client's session needs a client's context")
        self.init(context, host)
        SSL_set_connect_state(ssl)
        try checkName(host)
        if let resuming { SSL_set_session(ssl, resuming.session) }
        shakeHands()
    }

    private init(_ context: TLSContext, _ peer: String) {
        guard let ssl = SSL_new(context.context) else {
            preconditionFailure("OpenSSL allocates a connection")
        }
        self.ssl = ssl
        self.peer = peer
        self.context = context
        let bio = SessionBIO.make(for: self)
        // One BIO for both directions counts as one reference.
        SSL_set_bio(ssl, bio, bio)
    }

    deinit { SSL_free(ssl) }

    /// Takes what the peer sent and hands its plaintext on, piece by piece, each gone when `deliver` returns.
    ///
    /// `deliver` returns whether more is wanted; if not, the rest is kept for `resume`.
    ///
    /// - Parameters:
    ///   - bytes: Ciphertext, borrowed until this returns.
    ///   - scratch: Where the plaintext is opened.
    ///   - deliver: Hears of plaintext; it may write to this session.
    public func receive(
        _ bytes: UnsafeRawBufferPointer, scratch: UnsafeMutableRawBufferPointer,
        deliver: (UnsafeRawBufferPointer) -> Bool
    ) {
        guard held.isEmpty else {
            held.append(contentsOf: bytes)
            return resume(scratch: scratch, deliver: deliver)
        }
        source = bytes
        pump(scratch, deliver)
        if source.count > 0 { held = Array(source) }
        source = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// Goes on with what was kept because nobody wanted it.
    public func resume(scratch: UnsafeMutableRawBufferPointer, deliver: (UnsafeRawBufferPointer) -> Bool) {
        let bytes = held
        held = []
        // Also without bytes: OpenSSL itself may hold opened plaintext that did not fit.
        bytes.withUnsafeBytes { receive($0, scratch: scratch, deliver: deliver) }
    }

    /// Whether something received has not been handed on yet.
    public var hasHeld: Bool { !held.isEmpty || SSL_pending(ssl) > 0 }

    /// Seals plaintext into `output`; before the end of the handshake it waits.
    public func write(_ bytes: UnsafeRawBufferPointer) {
        switch state {
        case .handshaking: waiting.append(contentsOf: bytes)
        case .open, .ended: seal(bytes)
        case .failed: break
        }
    }

    /// Tells the peer that nothing more comes, after everything that waits.
    public func close() {
        guard !hasClosed else { return }
        switch state {
        case .handshaking: closesLater = true
        case .open, .ended: sendEnd()
        case .failed: break
        }
    }

    /// The connection underneath has ended; unless the peer said so before, something may be missing.
    public func connectionEnded() {
        switch state {
        case .ended, .failed: return
        case .handshaking:
            state = .failed(TLSFailure(.truncated, "\(peer) left during the TLS handshake"))
        case .open:
            state = .failed(TLSFailure(.truncated, "\(peer) ended without saying so; data may be missing"))
        }
    }

    private func pump(_ scratch: UnsafeMutableRawBufferPointer, _ deliver: (UnsafeRawBufferPointer) -> Bool) {
        if state == .handshaking { shakeHands() }
        var wants = true
        while wants, state == .open {
            let count = open(into: scratch)
            guard count > 0 else { return }
            wants = deliver(UnsafeRawBufferPointer(rebasing: scratch[..<count]))
        }
    }

    /// Opens records until the buffer is full or there are no more.
    private func open(into scratch: UnsafeMutableRawBufferPointer) -> Int {
        var total = 0
        while total < scratch.count, state == .open {
            var count = 0
            OpenSSLErrors.clear()
            let result = SSL_read_ex(
                ssl, scratch.baseAddress?.advanced(by: total), scratch.count - total, &count)
            guard result == 1 else {
                stopped(result)
                break
            }
            total += count
        }
        return total
    }

    private func shakeHands() {
        OpenSSLErrors.clear()
        let result = SSL_do_handshake(ssl)
        guard result == 1 else { return stopped(result) }
        state = .open
        if !waiting.isEmpty {
            let bytes = waiting
            waiting = []
            bytes.withUnsafeBytes { seal($0) }
        }
        if closesLater { sendEnd() }
    }

    private func seal(_ bytes: UnsafeRawBufferPointer) {
        guard !hasClosed else { return }
        var rest = bytes
        while let base = rest.baseAddress, rest.count > 0 {
            var count = 0
            OpenSSLErrors.clear()
            let result = SSL_write_ex(ssl, base, rest.count, &count)
            guard result == 1 else { return stopped(result) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    private func sendEnd() {
        hasClosed = true
        OpenSSLErrors.clear()
        SSL_shutdown(ssl)
        OpenSSLErrors.clear()
    }

    /// Why OpenSSL did not go on.
    private func stopped(_ result: Int32) {
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return
        case SSL_ERROR_ZERO_RETURN: state = .ended
        default:
            state = .failed(
                OpenSSLErrors.sessionFailure(verification: SSL_get_verify_result(ssl), peer: peer))
        }
    }

    func giveCiphertext(to target: UnsafeMutableRawPointer, _ count: Int) -> Int {
        let taken = min(count, source.count)
        guard taken > 0, let base = source.baseAddress else { return 0 }
        target.copyMemory(from: base, byteCount: taken)
        source = UnsafeRawBufferPointer(rebasing: source[taken...])
        return taken
    }

    func takeCiphertext(_ bytes: UnsafeRawBufferPointer) { output.append(contentsOf: bytes) }
}
