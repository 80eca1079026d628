public import EventLoop
public import HTTP2

/// One HTTP/2 session on a connected stream: carries its bytes, hands its streams out, notices when the peer is gone.
///
/// The stream keeps the connection alive as its handler until either side closes.
@LoopActor
public final class TunnelConnection: StreamHandler {
    /// Hears of every stream that the peer opens; a server's.
    public var onRequest: (@LoopActor (TunnelStream) -> Void)?
    /// Called once, when the connection is over.
    public var onClosed: (@LoopActor (TunnelFailure) -> Void)?
    /// Called when the peer opens and takes no more streams, or the numbers for them are used up.
    public var onGoingAway: (@LoopActor () -> Void)?
    /// Called when the peer asks for a sign of life, which is one of its own.
    public var onPinged: (@LoopActor () -> Void)?
    /// Called at a look at the silence of a peer that was heard since the look before, whatever it sent.
    public var onHeard: (@LoopActor () -> Void)?
    /// Called with the time from a ping to its answer.
    public var onRoundTrip: (@LoopActor (_ nanoseconds: UInt64) -> Void)?
    /// Whether it can be used.
    public private(set) var isOpen = true
    /// Bytes of this connection since its beginning, as the session sees them.
    public private(set) var receivedBytes: UInt64 = 0
    /// As `receivedBytes`, the other way.
    public private(set) var sentBytes: UInt64 = 0
    /// When the peer was last heard.
    public private(set) var heardAt = EventLoop.hrtimeNanoseconds

    let session: HTTP2Session
    private let socket: LoopStream
    private let watch = LoopTimer()
    private var streams: [HTTP2StreamID: TunnelStream] = [:]
    private var flushIsDue = false
    private var isDispatching = false
    private var wasCrowded = false
    private var pinged: UInt64?
    private static var scratch: [UInt8] = []

    /// Takes a stream over, with the bytes that came behind the upgrade.
    public init(
        _ socket: LoopStream, _ role: HTTP2Session.Role, limits: HTTP2Limits = HTTP2Limits(),
        budget: HTTP2Budget? = nil
    ) {
        self.socket = socket
        session = HTTP2Session(role, limits: limits, budget: budget)
    }

    /// Begins to carry bytes; the callbacks are set before.
    public func start(received: [UInt8] = []) {
        socket.handler = self
        socket.maximumQueuedBytes = .max
        socket.setNoDelay(true)
        if !received.isEmpty { unsafe received.withUnsafeBytes { unsafe streamReceived(socket, $0) } }
        guard isOpen else { return }
        socket.startReading()
        flush()
    }

    /// Streams that are open now.
    public var streamCount: Int { streams.count }
    /// Bytes received that nobody has taken.
    public var bufferedBytes: Int { session.bufferedBytes }
    /// Bytes that wait to be sent.
    public var waitingBytes: Int { session.waitingBytes }
    /// Streams that were refused because a bound was reached.
    public var refusedStreams: UInt64 { session.refusedStreams }
    /// The connection's round trip as the kernel measures it; nil when it is closed.
    public var roundTripNanoseconds: UInt64? { socket.roundTripNanoseconds }
    /// The peer's address.
    public var peer: String { socket.peerAddress?.description ?? "" }

    /// Opens a stream; a client's.
    public func open(_ fields: [HTTP2Field], ends: Bool = false, isUrgent: Bool = false) throws
        -> TunnelStream
    {
        guard isOpen else { throw TunnelFailure(.closed, "the tunnel is closed") }
        let id: HTTP2StreamID
        do { id = try session.open(fields, ends: ends, isUrgent: isUrgent) } catch {
            if error.code == .goingAway { onGoingAway?() }
            throw TunnelFailure(.full, "no further stream: \(error.detail)", cause: error)
        }
        let stream = TunnelStream(id, fields, self)
        streams[id] = stream
        flushSoon()
        return stream
    }

    /// Pings a peer that has been silent so long, and closes when the answer takes longer than it may.
    public func keepAlive(intervalMilliseconds: Int64, timeoutMilliseconds: Int64) {
        socket.setUserTimeout(milliseconds: UInt32(clamping: timeoutMilliseconds))
        let look = min(intervalMilliseconds, timeoutMilliseconds, TunnelLimits.silenceLookMilliseconds)
        watch.start(afterMilliseconds: look, repeatMilliseconds: look) { [weak self] in
            guard let self else { return }
            let now = EventLoop.hrtimeNanoseconds
            if let pinged, now - pinged > UInt64(timeoutMilliseconds) * 1_000_000 {
                return close(TunnelFailure(.silent, "a ping was not answered for \(timeoutMilliseconds) ms"))
            }
            if pinged == nil, now - heardAt > UInt64(max(0, intervalMilliseconds - look)) * 1_000_000 {
                ping()
            }
        }
    }

    /// Closes when the peer is not heard for so long.
    public func expectLife(withinMilliseconds limit: Int64) {
        socket.setUserTimeout(milliseconds: UInt32(clamping: limit))
        let look = min(limit, TunnelLimits.silenceLookMilliseconds)
        watch.start(afterMilliseconds: look, repeatMilliseconds: look) { [weak self] in
            guard let self else { return }
            let silence = (EventLoop.hrtimeNanoseconds - heardAt) / 1_000_000
            if silence > limit {
                close(TunnelFailure(.silent, "nothing was heard for \(limit) ms"))
            } else if silence < look {
                onHeard?()
            }
        }
    }

    /// Asks the peer for a sign of life now.
    public func ping() {
        guard isOpen else { return }
        let now = EventLoop.hrtimeNanoseconds
        if pinged == nil { pinged = now }
        session.ping(now)
        flushSoon()
    }

    /// Tells the peer that no new streams are taken; open ones go on.
    public func goAway() {
        guard isOpen else { return }
        session.goAway()
        flushSoon()
    }

    /// Says goodbye and closes; every stream ends.
    public func close(_ failure: TunnelFailure) {
        guard isOpen else { return }
        session.terminate(failure.code == .broken ? .protocolError : .none)
        writeOutput()
        over(failure)
    }

    /// As `close`, and what was said last arrives: the socket closes when the peer has closed it, or at the deadline.
    public func leave(_ failure: TunnelFailure) {
        guard isOpen else { return }
        // A session that is told to end sends no more of its streams.
        writeOutput()
        session.terminate()
        writeOutput()
        socket.closeGracefully(deadlineMilliseconds: TunnelLimits.farewellMilliseconds)
        over(failure, socketLeaves: true)
    }

    /// Returns when the socket is closed.
    public func left() async { await socket.closed() }

    // MARK: What the socket says

    /// Feeds the session.
    public func streamReceived(_ stream: LoopStream, _ bytes: UnsafeRawBufferPointer) {
        guard isOpen else { return }
        heardAt = EventLoop.hrtimeNanoseconds
        receivedBytes += UInt64(bytes.count)
        do {
            let events = try unsafe session.receive(bytes, atMilliseconds: Int64(heardAt / 1_000_000))
            // What is answered meanwhile leaves with the flush behind it.
            isDispatching = true
            unsafe dispatch(events, bytes)
            isDispatching = false
            flush()
        } catch {
            writeOutput()
            over(TunnelFailure(.broken, "\(error)", cause: error))
        }
    }

    /// The peer has gone.
    public func streamEnded(_ stream: LoopStream) {
        over(TunnelFailure(.closed, "the peer closed the connection"))
    }

    /// The connection broke.
    public func streamFailed(_ stream: LoopStream, _ failure: LoopFailure) {
        over(TunnelFailure(.closed, "the connection broke: \(failure.detail)", cause: failure))
    }

    /// There is room again.
    public func streamDrained(_ stream: LoopStream) { flush() }

    // MARK: Sending

    /// Sends at the end of this turn what is ready by then.
    func flushSoon() {
        guard !flushIsDue, !isDispatching, isOpen else { return }
        flushIsDue = true
        EventLoop.later {
            self.flushIsDue = false
            self.flush()
        }
    }

    /// Gives credit back for bytes of a stream that were taken.
    func consumed(_ count: Int, on id: HTTP2StreamID) {
        session.consumed(
            count, on: id, roundTripMilliseconds: Int64((roundTripNanoseconds ?? 0) / 1_000_000))
        flushSoon()
    }

    /// Sends bytes of a stream without keeping them first; the rest is kept when the peer has no credit for it.
    func sendNow(_ bytes: UnsafeRawBufferPointer, on id: HTTP2StreamID) throws(HTTP2Failure) {
        try unsafe session.send(lending: bytes, on: id) { flush() }
    }

    private func flush() {
        guard isOpen else { return }
        writeOutput()
        unsafe dispatch(session.takeEvents(), UnsafeRawBufferPointer(start: nil, count: 0))
        tellOfRoom()
        if isOpen, session.isOver { over(TunnelFailure(.closed, "the peer ended the tunnel")) }
    }

    /// Tells those whose bytes have left, and all when the session as a whole had held too much.
    private func tellOfRoom() {
        let relieved = session.takeRelieved()
        let isCrowded = session.waitingBytes >= session.limits.bufferedBytes
        defer { wasCrowded = isCrowded }
        if wasCrowded, !isCrowded {
            for stream in streams.values { stream.roomMayHaveCome() }
        } else {
            for id in relieved { streams[id]?.roomMayHaveCome() }
        }
    }

    private func writeOutput() {
        while socket.isOpen, socket.queuedBytes < TunnelLimits.socketBytes {
            session.takeOutput(into: &Self.scratch)
            guard !Self.scratch.isEmpty else { return }
            sentBytes += UInt64(Self.scratch.count)
            socket.write(Self.scratch)
            Self.scratch.removeAll(keepingCapacity: true)
        }
    }

    // MARK: Streams

    private func dispatch(_ events: [HTTP2Event], _ input: UnsafeRawBufferPointer) {
        var pieces: [UnsafeRawBufferPointer] = unsafe []
        for (index, event) in events.enumerated() where isOpen {
            switch event {
            case .piece(let id, let range):
                unsafe pieces.append(UnsafeRawBufferPointer(rebasing: input[range]))
                // What belongs together is handed on together.
                if index + 1 < events.count, case .piece(id, _) = events[index + 1] { continue }
                unsafe streams[id]?.piecesArrived(pieces)
                unsafe pieces.removeAll(keepingCapacity: true)
            case .request(let id, let fields): began(id, fields)
            case .response(let id, let fields): streams[id]?.headArrived(fields)
            case .data: preconditionFailure("bytes arrive as pieces")
            case .trailers(let id, let fields): streams[id]?.trailersArrived(fields)
            case .ended(let id): streams[id]?.peerEnded()
            case .closed(let id, let code): streams.removeValue(forKey: id)?.closed(code)
            case .ping: onPinged?()
            case .pong(let sent): ponged(sent)
            case .goingAway: onGoingAway?()
            }
        }
    }

    private func began(_ id: HTTP2StreamID, _ fields: [HTTP2Field]) {
        let stream = TunnelStream(id, fields, self)
        streams[id] = stream
        guard let onRequest else { return stream.reset(.refused) }
        onRequest(stream)
    }

    private func ponged(_ sent: UInt64) {
        pinged = nil
        let now = EventLoop.hrtimeNanoseconds
        if sent <= now { onRoundTrip?(now - sent) }
    }

    private func over(_ failure: TunnelFailure, socketLeaves: Bool = false) {
        guard isOpen else { return }
        isOpen = false
        watch.close()
        if !socketLeaves { socket.close() }
        let streams = streams
        self.streams = [:]
        for stream in streams.values { stream.connectionClosed(failure) }
        onRequest = nil
        let told = onClosed
        onClosed = nil
        onGoingAway = nil
        told?(failure)
    }
}
