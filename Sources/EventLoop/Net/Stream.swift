internal import CUV
internal import Glibc

/// A connected TCP or Unix socket.
///
/// Reads use the loop's one slab and are handed on in place; `stopReading()` is the back-pressure. Writes go to
/// the kernel at once, the rest is queued up to `maximumQueuedBytes`; a peer that lets the queue grow past that
/// fails the stream. The handler is held until the stream is closed, so an open stream keeps its owner alive.
/// A filter, such as TLS, may stand between socket and handler; nobody else sees the difference.
@LoopActor
public final class Stream: Handle {
    enum Kind { case tcp, pipe }

    /// Who hears what happens; dropped at the close.
    public var handler: (any StreamHandler)?
    /// The most bytes queued for a slow peer before the stream fails with `.queueFull`.
    public var maximumQueuedBytes = EventLoopLimits.streamQueuedBytes
    /// Whether bytes are wanted now.
    public private(set) var isReading = false
    /// Whether the peer has sent its end.
    public internal(set) var hasEnded = false

    let kind: Kind
    /// Changes the bytes on their way; dropped at the close.
    var filter: (any StreamFilter)?
    private var writingEnded = false
    private var sendingEnded = false
    private var queued = false
    private var acceptedBytes = 0
    /// Why nothing can be written any more, while what the peer sent before is still read.
    private var breakage: Breakage?

    init(_ kind: Kind) {
        self.kind = kind
        let loop = LoopExecutor.shared.loop
        switch kind {
        case .tcp:
            super.init(UV_TCP)
            uv_tcp_init(loop, raw.assumingMemoryBound(to: uv_tcp_t.self))
        case .pipe:
            super.init(UV_NAMED_PIPE)
            uv_pipe_init(loop, raw.assumingMemoryBound(to: uv_pipe_t.self), 0)
        }
        opened()
    }

    /// Starts handing bytes to the handler; a stream that cannot be read any more ignores it.
    public func startReading() {
        guard isOpen, !isReading, !hasEnded else { return }
        isReading = uv_read_start(stream, slabWanted, bytesArrived) == 0
        if let filter, filter.hasHeldBytes { EventLoop.later { self.resumeFilter() } }
    }

    /// Leaves further bytes in the kernel, which makes the peer wait.
    public func stopReading() {
        guard isOpen, isReading else { return }
        uv_read_stop(stream)
        isReading = false
    }

    /// Bytes accepted for writing that the kernel has not taken yet.
    public var queuedBytes: Int { isOpen ? sendQueueBytes + (filter?.waitingBytes ?? 0) : 0 }

    /// Bytes the kernel has taken since the beginning; it grows as long as the peer reads.
    public var takenBytes: Int { acceptedBytes - sendQueueBytes }

    private var sendQueueBytes: Int { isOpen ? uv_stream_get_write_queue_size(stream) : 0 }

    /// Writes now what the kernel takes and queues the rest; after the close or `shutdownWriting()` it does nothing.
    public func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { write($0) }
    }

    /// As `write(_:)` for bytes that are somewhere else; they are copied when they must wait.
    public func write(_ bytes: UnsafeRawBufferPointer) {
        guard isOpen, !writingEnded, bytes.count > 0 else { return }
        if let filter { filter.write(bytes, to: self) } else { send(bytes) }
    }

    /// Writes pieces that belong together with one call of the system.
    public func write(_ pieces: [UnsafeRawBufferPointer]) {
        guard isOpen, !writingEnded, !pieces.isEmpty else { return }
        if let filter { filter.write(pieces, to: self) } else { send(pieces) }
    }

    /// Gives bytes to the socket as they are.
    func send(_ bytes: UnsafeRawBufferPointer) {
        guard isOpen, !sendingEnded, let base = bytes.baseAddress, bytes.count > 0 else { return }
        var written = 0
        if sendQueueBytes == 0 {
            var buffer = Self.buffer(base, bytes.count)
            // A failure shows again in the queued write, whose callback reports it.
            written = max(0, Int(uv_try_write(stream, &buffer, 1)))
        }
        acceptedBytes += written
        if written < bytes.count { enqueue(UnsafeRawBufferPointer(rebasing: bytes[written...])) }
    }

    private func send(_ pieces: [UnsafeRawBufferPointer]) {
        guard pieces.count > 1, !sendingEnded else { return pieces.forEach { send($0) } }
        var written = 0
        if sendQueueBytes == 0 {
            var buffers = pieces.compactMap { piece in
                piece.baseAddress.map { Self.buffer($0, piece.count) }
            }
            written = max(0, Int(uv_try_write(stream, &buffers, UInt32(buffers.count))))
        }
        acceptedBytes += written
        for piece in pieces where isOpen {
            let done = min(written, piece.count)
            written -= done
            if done < piece.count { enqueue(UnsafeRawBufferPointer(rebasing: piece[done...])) }
        }
    }

    private func enqueue(_ rest: UnsafeRawBufferPointer) {
        guard !sendingEnded else { return }
        guard sendQueueBytes + rest.count <= maximumQueuedBytes else { return failQueue() }
        queue(rest)
    }

    /// Sends the end after everything queued; this side can still read.
    public func shutdownWriting() {
        guard isOpen, !writingEnded else { return }
        writingEnded = true
        if let filter { filter.finish(self) } else { endSending() }
    }

    /// Sends the socket's end after everything queued.
    func endSending() {
        guard isOpen, !sendingEnded else { return }
        sendingEnded = true
        let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
        if uv_shutdown(request, stream, shutdownDone) != 0 { request.deallocate() }
    }

    /// Sends small writes at once instead of waiting for more (TCP).
    public func setNoDelay(_ on: Bool) {
        guard isOpen, kind == .tcp else { return }
        uv_tcp_nodelay(raw.assumingMemoryBound(to: uv_tcp_t.self), on ? 1 : 0)
    }

    override func willClose() { filter?.willClose(self) }

    override func closing() {
        breakage?.end()
        breakage = nil
        isReading = false
        handler = nil
        filter = nil
    }

    var stream: UnsafeMutablePointer<uv_stream_t> { raw.assumingMemoryBound(to: uv_stream_t.self) }

    private static func buffer(_ base: UnsafeRawPointer, _ count: Int) -> uv_buf_t {
        uv_buf_init(
            UnsafeMutableRawPointer(mutating: base).assumingMemoryBound(to: CChar.self), UInt32(count))
    }

    /// One allocation holds the request and its bytes until the callback frees it.
    private func queue(_ bytes: UnsafeRawBufferPointer) {
        let head = MemoryLayout<uv_write_t>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: head + bytes.count, alignment: 16)
        (memory + head).copyMemory(
            from: bytes.baseAddress ?? UnsafeRawPointer(memory), byteCount: bytes.count)
        var buffer = Self.buffer(memory + head, bytes.count)
        let status = uv_write(memory.assumingMemoryBound(to: uv_write_t.self), stream, &buffer, 1, writeDone)
        if status == 0 {
            queued = true
            acceptedBytes += bytes.count
        } else {
            memory.deallocate()
            breakLater(LoopFailure(status: status, operation: "write", subject: peerText))
        }
    }

    private func failQueue() {
        failLater(
            LoopFailure(
                .queueFull, operation: "write",
                detail: "\(peerText) does not read, \(queuedBytes) bytes are waiting"))
    }

    /// The handler is never called from inside its own call, so this failure waits for the end of the turn.
    func failLater(_ failure: LoopFailure) {
        writingEnded = true
        sendingEnded = true
        EventLoop.later { self.fail(failure) }
    }

    private func breakLater(_ failure: LoopFailure) {
        writingEnded = true
        sendingEnded = true
        EventLoop.later { self.broke(failure) }
    }

    /// A peer that wants no more may have answered before it broke off: that is read before the failure is told.
    private func broke(_ failure: LoopFailure) {
        guard isOpen, breakage == nil else { return }
        writingEnded = true
        sendingEnded = true
        guard !hasEnded else { return fail(failure) }
        breakage = Breakage(failure) { [weak self] in self?.fail(failure) }
    }

    private func fail(_ failure: LoopFailure) {
        guard isOpen else { return }
        let handler = handler
        close()
        handler?.streamFailed(self, failure)
    }

    private var peerText: String { peerAddress?.description ?? "peer" }

    fileprivate func received(_ count: Int, _ bytes: UnsafeRawPointer?) {
        if count < 0, let breakage { return fail(breakage.failure) }
        if count > 0, let bytes {
            let bytes = UnsafeRawBufferPointer(start: bytes, count: count)
            if let filter { filter.received(bytes, from: self) } else { handler?.streamReceived(self, bytes) }
        } else if count == Int(UV_EOF.rawValue) {
            stopReading()
            if let filter { return filter.socketEnded(self) }
            hasEnded = true
            handler?.streamEnded(self)
        } else if count < 0 {
            fail(LoopFailure(status: Int32(count), operation: "read", subject: peerText))
        }
    }

    fileprivate func wrote(_ status: Int32) {
        guard isOpen else { return }
        if status < 0 { return broke(LoopFailure(status: status, operation: "write", subject: peerText)) }
        guard queued else { return }
        guard sendQueueBytes == 0 else { handler?.streamProgressed(self); return }
        queued = false
        if queuedBytes == 0 { handler?.streamDrained(self) }
    }
}

/// The connected socket under a name that Foundation does not have too.
public typealias LoopStream = Stream

// Safety: touched on the loop's thread only; a read callback is done with it before the next one starts.
nonisolated(unsafe) private let slab = UnsafeMutablePointer<CChar>.allocate(
    capacity: EventLoopLimits.readSlabBytes)

private func slabWanted(
    _ handle: UnsafeMutablePointer<uv_handle_t>?, _ suggested: Int, _ buffer: UnsafeMutablePointer<uv_buf_t>?
) {
    buffer?.pointee = uv_buf_init(slab, UInt32(EventLoopLimits.readSlabBytes))
}

private func bytesArrived(
    _ handle: UnsafeMutablePointer<uv_stream_t>?, _ count: Int, _ buffer: UnsafePointer<uv_buf_t>?
) {
    guard let data = handle?.pointee.data else { return }
    let stream = Unmanaged<Stream>.fromOpaque(data).takeUnretainedValue()
    LoopActor.unsafeEnter((stream, count, UnsafeRawPointer(slab))) { $0.0.received($0.1, $0.2) }
}

private func writeDone(_ request: UnsafeMutablePointer<uv_write_t>?, _ status: Int32) {
    guard let request, let data = request.pointee.handle.pointee.data else { return }
    UnsafeMutableRawPointer(request).deallocate()
    LoopActor.unsafeEnter((Unmanaged<Stream>.fromOpaque(data).takeUnretainedValue(), status)) {
        $0.0.wrote($0.1)
    }
}

private func shutdownDone(_ request: UnsafeMutablePointer<uv_shutdown_t>?, _ status: Int32) {
    request?.deallocate()
}
