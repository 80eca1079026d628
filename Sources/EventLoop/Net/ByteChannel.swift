/// Reads and writes a stream with `await`; for tests and slow paths, one reader at a time.
///
/// It becomes the stream's handler. While more than `limitBytes` wait to be read it leaves the rest in the kernel.
@LoopActor
public final class ByteChannel: StreamHandler {
    /// The stream underneath.
    public let stream: Stream

    private let limitBytes: Int
    private let gate = Gate()
    private var buffer: [UInt8] = []
    private var ended = false
    private var failure: LoopFailure?

    /// Takes over the stream, with bytes that were read from it already, and starts reading.
    public init(
        _ stream: Stream, received: [UInt8] = [], limitBytes: Int = EventLoopLimits.channelBufferedBytes
    ) {
        self.stream = stream
        buffer = received
        self.limitBytes = limitBytes
        stream.handler = self
        stream.startReading()
    }

    /// Bytes received and not yet read; at most the limit and one slab.
    public var bufferedBytes: Int { buffer.count }

    /// Waits for bytes and takes all there are; nil at the end of the stream.
    public func read(deadlineMilliseconds: Int64 = 30_000) async throws -> [UInt8]? {
        try await gate.until(deadlineMilliseconds: deadlineMilliseconds, operation: "read") {
            !buffer.isEmpty || isOver
        }
        guard buffer.isEmpty else { return take(buffer.count) }
        if let failure { throw failure }
        return nil
    }

    /// Waits for exactly that many bytes, which must not be more than the limit.
    public func read(exactly count: Int, deadlineMilliseconds: Int64 = 30_000) async throws -> [UInt8] {
        precondition(count <= limitBytes, "the channel never holds that many bytes")
        try await gate.until(deadlineMilliseconds: deadlineMilliseconds, operation: "read") {
            buffer.count >= count || isOver
        }
        guard buffer.count < count else { return take(count) }
        throw failure
            ?? LoopFailure(
                .ended, operation: "read", detail: "\(buffer.count) of \(count) bytes before the end")
    }

    /// Waits so long for the end of what comes, and says whether it was seen; what came before may still be unread.
    ///
    /// While the buffer is full nothing is read, and an end behind it is not seen.
    public func hasEnded(withinMilliseconds milliseconds: Int64) async throws -> Bool {
        do {
            try await gate.until(deadlineMilliseconds: milliseconds, operation: "wait for the end") { isOver }
        } catch let failure as LoopFailure where failure.code == .deadline {
            return false
        }
        return true
    }

    /// Writes, and waits until the kernel has taken everything.
    public func write(_ bytes: [UInt8], deadlineMilliseconds: Int64 = 30_000) async throws {
        try check()
        stream.write(bytes)
        try await gate.until(deadlineMilliseconds: deadlineMilliseconds, operation: "write") {
            !stream.isOpen || stream.queuedBytes == 0
        }
        try check()
    }

    /// Writes the UTF-8 of a text.
    public func write(_ text: String, deadlineMilliseconds: Int64 = 30_000) async throws {
        try await write(Array(text.utf8), deadlineMilliseconds: deadlineMilliseconds)
    }

    /// Sends the end; reading goes on.
    public func finish() { stream.shutdownWriting() }

    /// Closes the stream; a waiting reader sees `.closed`.
    public func close() {
        stream.close()
        gate.changed()
    }

    /// Collects what arrived.
    public func streamReceived(_ stream: Stream, _ bytes: UnsafeRawBufferPointer) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= limitBytes { stream.stopReading() }
        gate.changed()
    }

    /// Remembers the end.
    public func streamEnded(_ stream: Stream) {
        ended = true
        gate.changed()
    }

    /// Remembers the failure for the next read or write.
    public func streamFailed(_ stream: Stream, _ failure: LoopFailure) {
        self.failure = failure
        gate.changed()
    }

    /// Lets a waiting write go on.
    public func streamDrained(_ stream: Stream) { gate.changed() }

    private var isOver: Bool { ended || failure != nil || !stream.isOpen }

    private func check() throws {
        if let failure { throw failure }
        guard stream.isOpen else {
            throw LoopFailure(.closed, operation: "write", detail: "the stream is closed")
        }
    }

    private func take(_ count: Int) -> [UInt8] {
        let bytes: [UInt8]
        if count == buffer.count {
            bytes = buffer
            buffer = []
        } else {
            bytes = Array(buffer[..<count])
            buffer.removeFirst(count)
        }
        if !ended, buffer.count < limitBytes { stream.startReading() }
        return bytes
    }
}
