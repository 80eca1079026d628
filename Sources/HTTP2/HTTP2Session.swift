internal import CNghttp2

/// One side of an HTTP/2 connection without a socket: bytes in, events out, and the other way round.
///
/// The owner brings what the peer sent (`receive`), takes the events, and carries what `takeOutput` gives. Nothing is
/// called back. A body's bytes hold their stream's credit until `consumed`, so that a slow reader slows its own stream
/// alone. One thread at a time.
///
/// Ownership: it owns one `nghttp2_session`, which points back here.
public final class HTTP2Session {
    /// Which end.
    public enum Role: Sendable {
        /// It opens streams.
        case client
        /// It answers them.
        case server
    }

    /// Which end this is.
    public let role: Role
    /// The bounds of this side.
    public let limits: HTTP2Limits
    /// Why the session cannot go on.
    public private(set) var failure: HTTP2Failure?

    var streams: [HTTP2StreamID: StreamState] = [:]
    var isGoingAway = false
    /// Whether the peer has taken this side's settings; the credit of streams is another one before.
    var settingsAreTaken = false
    /// Received and not yet consumed, and the credit given out, over all streams.
    var heldBytes = 0 {
        didSet { budget?.bufferedBytes += heldBytes - oldValue }
    }
    var windowBytes = 0 {
        didSet { budget?.windowBytes += windowBytes - oldValue }
    }
    /// Given to be sent and not taken by nghttp2 yet, over all streams.
    var outputBytes = 0 {
        didSet { budget?.bufferedBytes += outputBytes - oldValue }
    }
    let budget: HTTP2Budget?
    let session: OpaquePointer

    // Recorded by callbacks.
    var events: [HTTP2Event] = []
    var receivedBytes = 0
    /// Where the bytes that are being received begin.
    var inputStart: UnsafeRawPointer?
    /// What `takeOutput` gathers, and where it stops to.
    var gathered: [UInt8] = []
    var gatheredEnd = 0
    /// Streams of which bytes have left since `takeRelieved`.
    var relieved: [HTTP2StreamID] = []
    var refused: [HTTP2StreamID] = []
    var flood: FloodGuard
    /// When bytes were last received.
    var nowMilliseconds: Int64 = 0

    /// Begins a session; its first words are in the output at once.
    public init(_ role: Role, limits: HTTP2Limits = HTTP2Limits(), budget: HTTP2Budget? = nil) {
        self.role = role
        self.budget = budget
        self.limits = limits
        flood = FloodGuard(limits)
        var callbacks: OpaquePointer?
        nghttp2_session_callbacks_new(&callbacks)
        guard let callbacks else { preconditionFailure("nghttp2 allocates its callbacks") }
        SessionCallbacks.install(callbacks)
        var made: OpaquePointer?
        var memory = SessionMemory.functions
        let status = cnghttp2_make(
            &made, role == .server ? 1 : 0, callbacks, nil, limits.acknowledgements,
            limits.settings, limits.compressionBytes, limits.resets, &memory)
        nghttp2_session_callbacks_del(callbacks)
        guard status == 0, let made else { preconditionFailure("nghttp2 allocates a session") }
        self.session = made
        nghttp2_session_set_user_data(made, Unmanaged.passUnretained(self).toOpaque())
        sendSettings()
    }

    deinit {
        nghttp2_session_del(session)
        budget?.bufferedBytes -= heldBytes + outputBytes
        budget?.windowBytes -= windowBytes
    }

    /// Streams that are open now.
    public var streamCount: Int { streams.count }
    /// Bytes received that no reader has taken.
    public var bufferedBytes: Int { heldBytes }
    /// Bytes of all streams that wait for the peer's credit.
    public var waitingBytes: Int { outputBytes }
    /// Streams that were refused for a bound of this side, or that this side wanted and could not have.
    public internal(set) var refusedStreams: UInt64 = 0
    /// Whether both sides are through: the connection can be closed.
    public var isOver: Bool {
        failure != nil || nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0
    }
    /// Whether there is output.
    public var wantsToSend: Bool { nghttp2_session_want_write(session) != 0 }

    /// Takes what the peer sent.
    ///
    /// - Parameters:
    ///   - bytes: What came, borrowed until this returns.
    ///   - atMilliseconds: The time of any clock that only goes forward.
    /// - Returns: What it meant, in its order; bytes of bodies as pieces of `bytes`.
    /// - Throws: When the session is over because of it; what `takeOutput` then gives tells the peer why.
    public func receive(_ bytes: UnsafeRawBufferPointer, atMilliseconds: Int64) throws(HTTP2Failure)
        -> [HTTP2Event]
    {
        if let failure { throw failure }
        flood.timeIs(atMilliseconds)
        nowMilliseconds = atMilliseconds
        inputStart = bytes.baseAddress
        let count = nghttp2_session_mem_recv(
            session, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        if receivedBytes > 0 { nghttp2_session_consume_connection(session, receivedBytes) }
        receivedBytes = 0
        for id in refused {
            nghttp2_submit_rst_stream(
                session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, HTTP2Code.refused.rawValue)
        }
        refused.removeAll()
        try check(count)
        return takeEvents()
    }

    /// What happened while output was taken: streams that closed with their last byte.
    public func takeEvents() -> [HTTP2Event] {
        guard !events.isEmpty else { return [] }
        let events = events
        self.events.removeAll(keepingCapacity: true)
        return events
    }

    /// As `receive(_:atMilliseconds:)` for bytes in an array, with bodies as data of its own.
    public func receive(_ bytes: [UInt8], atMilliseconds: Int64 = 0) throws(HTTP2Failure) -> [HTTP2Event] {
        do {
            let events = try bytes.withUnsafeBytes { try receive($0, atMilliseconds: atMilliseconds) }
            return events.map { event in
                guard case .piece(let id, let range) = event else { return event }
                return .data(id, Array(bytes[range]))
            }
        } catch let failure as HTTP2Failure {
            throw failure
        } catch {
            throw HTTP2Failure(.internal, "\(error)")
        }
    }

    /// Appends what the peer shall get, up to about `HTTP2Limits.gatheredBytes`; call again while it adds anything,
    /// then look at `takeEvents`.
    public func takeOutput(into output: inout [UInt8]) {
        swap(&output, &gathered)
        defer { swap(&output, &gathered) }
        gatheredEnd = gathered.count + limits.gatheredBytes
        while gathered.count < gatheredEnd {
            var bytes: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(session, &bytes)
            guard count > 0, let bytes else {
                if count < 0 { fail(.internal, HTTP2Session.words(Int32(count))) }
                return
            }
            gathered.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
        }
    }

    /// Streams of which bytes have left since the last call; one may stand there more than once.
    public func takeRelieved() -> [HTTP2StreamID] {
        guard !relieved.isEmpty else { return [] }
        defer { relieved.removeAll(keepingCapacity: true) }
        return relieved
    }

    private func check(_ count: Int) throws(HTTP2Failure) {
        if flood.isFlooded {
            nghttp2_session_terminate_session(session, HTTP2Code.enhanceYourCalm.rawValue)
            throw fail(.flooded, "the peer sends more frames without content than may come in a while")
        }
        guard count < 0 else { return }
        let code = Int32(count)
        if code == NGHTTP2_ERR_FLOODED.rawValue {
            throw fail(.flooded, "the peer asks faster than it takes answers")
        }
        throw fail(.brokenPeer, HTTP2Session.words(code))
    }

    @discardableResult
    private func fail(_ code: HTTP2Failure.Code, _ detail: String) -> HTTP2Failure {
        let failure = HTTP2Failure(code, detail)
        if self.failure == nil { self.failure = failure }
        return failure
    }

    static func words(_ code: Int32) -> String { String(cString: nghttp2_strerror(code)) }

    private func sendSettings() {
        var entries = [
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue),
                value: UInt32(limits.firstWindowBytes)),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_MAX_FRAME_SIZE.rawValue),
                value: UInt32(limits.frameBytes)),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue),
                value: UInt32(limits.headerBytes)),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_HEADER_TABLE_SIZE.rawValue),
                value: UInt32(limits.compressionBytes)),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue),
                value: UInt32(role == .server ? limits.streams : 0)),
        ]
        if role == .client {
            entries.append(
                nghttp2_settings_entry(
                    settings_id: Int32(NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue), value: 0))
        }
        nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), entries, entries.count)
        nghttp2_session_set_local_window_size(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(limits.connectionWindowBytes))
    }
}
