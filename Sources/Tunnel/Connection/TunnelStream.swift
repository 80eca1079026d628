public import EventLoop
public import HTTP2

/// One stream of a tunnel: a request and its answer, each with a body that is read and written with `await`.
///
/// One reader and one writer at a time. What is not read makes the peer wait, and nobody else.
@LoopActor
public final class TunnelStream {
    /// Names it within its connection.
    public nonisolated let id: HTTP2StreamID
    /// The request's head.
    public nonisolated let request: [HTTP2Field]
    /// Fields that came behind the peer's body.
    public private(set) var trailers: [HTTP2Field] = []
    /// Called once when the stream is over in both directions; a server's handler is cancelled by it.
    var onClosed: (@LoopActor () -> Void)?

    private let connection: TunnelConnection
    private let gate = Gate()
    private var head: [HTTP2Field]?
    private var buffer: [UInt8] = []
    private var hasEnded = false
    private var failure: TunnelFailure?
    private var isClosed = false
    private var carrier: (any TunnelCarrier)?
    /// Whether the carrier was told that there is no room.
    private var waitsForRoom = false

    init(_ id: HTTP2StreamID, _ request: [HTTP2Field], _ connection: TunnelConnection) {
        self.id = id
        self.request = request
        self.connection = connection
    }

    /// Waits for the head of the answer.
    public func response(deadlineMilliseconds: Int64 = TunnelLimits.headMilliseconds) async throws
        -> [HTTP2Field]
    {
        try await gate.until(deadlineMilliseconds: deadlineMilliseconds, operation: "answer of the node") {
            head != nil || isClosed
        }
        guard let head else { throw failure ?? Self.cut }
        return head
    }

    /// Waits for bytes and takes all there are; nil at the end of the peer's body.
    public func next() async throws -> [UInt8]? {
        try await gate.until { !buffer.isEmpty || hasEnded || isClosed }
        guard buffer.isEmpty else { return take() }
        if hasEnded { return nil }
        throw failure ?? Self.cut
    }

    /// As `next()`, and fails with `.deadline` after that time.
    public func next(deadlineMilliseconds: Int64) async throws -> [UInt8]? {
        try await gate.until(deadlineMilliseconds: deadlineMilliseconds, operation: "read from the tunnel") {
            !buffer.isEmpty || hasEnded || isClosed
        }
        return try await next()
    }

    /// The rest of the peer's body; more than `limit` bytes resets the stream.
    public func collect(limit: Int) async throws -> [UInt8] {
        var all: [UInt8] = []
        while let bytes = try await next() {
            guard all.count + bytes.count <= limit else {
                reset(.cancelled)
                throw TunnelFailure(.full, "a body exceeds \(limit) bytes")
            }
            all += bytes
        }
        return all
    }

    /// Answers; a server's.
    public func respond(_ fields: [HTTP2Field], ends: Bool = false) {
        guard !isClosed else { return }
        do { try connection.session.respond(id, fields, ends: ends) } catch { return reset(.internalError) }
        connection.flushSoon()
    }

    /// Sends bytes, and waits until the peer has credit for most of what is queued.
    public func write(_ bytes: [UInt8]) async throws {
        var start = 0
        while start < bytes.count {
            let end = min(start + TunnelLimits.pieceBytes, bytes.count)
            try await writePiece(bytes[start..<end])
            start = end
        }
    }

    private func writePiece(_ bytes: ArraySlice<UInt8>) async throws {
        if try send(bytes) { return }
        try await gate.until { isClosed || hasRoom }
        if isClosed { throw failure ?? Self.cut }
    }

    /// Sends bytes without waiting; false when the peer is behind.
    @discardableResult
    public func writeNow(_ bytes: [UInt8]) throws -> Bool { try send(bytes[...]) }

    private func send(_ bytes: ArraySlice<UInt8>) throws -> Bool {
        guard !isClosed else { throw failure ?? Self.cut }
        do { try connection.session.send(bytes, on: id) } catch {
            throw TunnelFailure(.reset, error.detail, cause: error)
        }
        connection.flushSoon()
        return hasRoom
    }

    /// Hands everything that comes to `carrier` instead of a reader, at once and without a copy.
    ///
    /// What came before is handed over now; the carrier is held until the stream is over.
    public func carry(to carrier: any TunnelCarrier) {
        if let head { carrier.streamAnswered(head) }
        if !buffer.isEmpty {
            let bytes = buffer
            buffer = []
            unsafe bytes.withUnsafeBytes { unsafe carrier.streamGave([$0]) }
        }
        if hasEnded { carrier.streamGaveAll() }
        guard !isClosed else { return carrier.streamIsOver(hasEnded ? nil : failure ?? Self.cut) }
        self.carrier = carrier
    }

    /// For carriers: sends bytes, borrowed until this returns; false when the peer is behind, which ends with
    /// `streamHasRoom`.
    func send(carrying bytes: UnsafeRawBufferPointer) throws -> Bool {
        guard !isClosed else { throw failure ?? Self.cut }
        do {
            if bytes.count >= TunnelLimits.pieceBytes {
                try unsafe connection.sendNow(bytes, on: id)
            } else {
                try unsafe connection.session.send(bytes, on: id)
                connection.flushSoon()
            }
        } catch {
            throw TunnelFailure(.reset, error.detail, cause: error)
        }
        waitsForRoom = !hasRoom
        return !waitsForRoom
    }

    /// For carriers: gives credit back for bytes that are on their way.
    public func carried(_ count: Int) { if count > 0 { connection.consumed(count, on: id) } }

    /// Waits until everything written is on its way, as a reset drops what is not; `.deadline` after that time.
    public func drain(deadlineMilliseconds: Int64) async throws {
        try await gate.until(deadlineMilliseconds: deadlineMilliseconds, operation: "send what is queued") {
            isClosed || connection.session.waitingBytes(of: id) == 0
        }
    }

    /// Ends this side of the stream.
    public func finish(trailers: [HTTP2Field] = []) {
        guard !isClosed else { return }
        do { try connection.session.finish(id, trailers: trailers) } catch { return }
        connection.flushSoon()
    }

    /// Waits until both sides have ended, and drops what still comes; `.deadline` after that time.
    public func ended(deadlineMilliseconds: Int64) async throws {
        try await gate.until(deadlineMilliseconds: deadlineMilliseconds, operation: "end of the stream") {
            if !buffer.isEmpty { _ = take() }
            return isClosed
        }
    }

    /// Ends both sides at once; a stream that is over is left alone.
    ///
    /// - Parameters:
    ///   - code: What the peer is told.
    ///   - failure: What whoever still reads or writes here is told.
    public func reset(_ code: HTTP2Code = .cancelled, because failure: TunnelFailure? = nil) {
        guard !isClosed else { return }
        if let failure { self.failure = failure }
        connection.session.reset(id, code)
        connection.flushSoon()
    }

    /// Whether nothing more comes or goes.
    public var isOver: Bool { isClosed }

    /// Bytes that wait for the peer's credit.
    public var waitingBytes: Int { connection.session.waitingBytes(of: id) }

    private nonisolated static let cut = TunnelFailure(.reset, "the stream ended in the middle")

    /// While much waits in the whole session, each stream has room for one piece.
    private var hasRoom: Bool {
        let session = connection.session
        let bound = session.waitingBytes < session.limits.bufferedBytes ? TunnelLimits.writerBytes : 1
        return session.waitingBytes(of: id) < bound
    }

    private func take() -> [UInt8] {
        let bytes = buffer
        buffer = []
        connection.consumed(bytes.count, on: id)
        return bytes
    }

    // MARK: What the connection says

    func headArrived(_ fields: [HTTP2Field]) {
        head = fields
        carrier?.streamAnswered(fields)
        gate.changed()
    }

    func piecesArrived(_ pieces: [UnsafeRawBufferPointer]) {
        if let carrier { return unsafe carrier.streamGave(pieces) }
        unsafe pieces.forEach { unsafe buffer.append(contentsOf: $0) }
        gate.changed()
    }

    func trailersArrived(_ fields: [HTTP2Field]) { trailers = fields }

    func peerEnded() {
        hasEnded = true
        carrier?.streamGaveAll()
        gate.changed()
    }

    func roomMayHaveCome() {
        guard waitsForRoom || gate.waiterCount > 0, hasRoom else { return }
        if waitsForRoom {
            waitsForRoom = false
            carrier?.streamHasRoom()
        }
        gate.changed()
    }

    func closed(_ code: HTTP2Code) {
        if code != .none, failure == nil {
            failure = TunnelFailure(.reset, "the peer reset the stream (\(code))", resetCode: code)
        }
        over()
    }

    func connectionClosed(_ failure: TunnelFailure) {
        self.failure = failure
        over()
    }

    private func over() {
        guard !isClosed else { return }
        isClosed = true
        let carrier = carrier
        self.carrier = nil
        carrier?.streamIsOver(hasEnded && failure == nil ? nil : failure ?? Self.cut)
        gate.changed()
        let told = onClosed
        onClosed = nil
        told?()
    }
}
