public import EventLoop
internal import HTTP2

/// Carries the bytes of a socket through a tunnel's stream, both ways at once.
///
/// Bytes go from where they arrived to where they leave without a task and without being kept in between: what the
/// socket does not take keeps the stream's credit, and what the stream has no credit for stays in the kernel.
@LoopActor
public final class StreamBridge: StreamHandler, TunnelCarrier {
    private let socket: LoopStream
    private let stream: TunnelStream
    private let over = OneShot<Void>()
    private let watch = LoopTimer()
    private var movedAt = EventLoop.hrtimeNanoseconds
    /// Whether the socket has given all it had, and the stream.
    private var isRead = false
    private var isWritten = false
    /// Given to the socket, and not taken by the kernel yet.
    private var givenBytes = 0

    private let isClient: Bool

    private init(_ socket: LoopStream, _ stream: TunnelStream, isClient: Bool) {
        self.isClient = isClient
        self.socket = socket
        self.stream = stream
    }

    /// Runs until both directions have ended; the failure of one ends the other.
    ///
    /// Each side's end is passed on alone, so that a peer may still answer after its last word.
    ///
    /// - Parameters:
    ///   - socket: The bridge becomes its handler, and closes it in the end.
    ///   - received: What was read from it before.
    ///   - stream: The stream.
    ///   - isClient: Whether the socket is of somebody who asked for all this: when he is gone, nothing that he had sent
    ///     before is wanted any more.
    /// - Throws: Why one side broke, or `CancellationError`.
    public static func run(
        _ socket: LoopStream, received: [UInt8] = [], _ stream: TunnelStream, isClient: Bool = false
    ) async throws {
        EventLoop.beganCarrying()
        let bridge = StreamBridge(socket, stream, isClient: isClient)
        defer {
            EventLoop.endedCarrying()
            bridge.watch.close()
            socket.close()
        }
        do {
            bridge.start(received)
            try await bridge.over.wait()
        } catch {
            // A reset drops what is not on its way: an answer that came before the socket broke is passed on. What went
            // wrong is thrown already; more cannot be done than to try.
            let limit =
                error is LoopFailure ? TunnelLimits.lastAnswerMilliseconds : TunnelLimits.farewellMilliseconds
            try? await stream.drain(deadlineMilliseconds: limit)
            stream.reset(.connectFailed)
            throw error
        }
    }

    private func start(_ received: [UInt8]) {
        socket.handler = self
        watch.start(
            afterMilliseconds: TunnelLimits.bridgeLookMilliseconds,
            repeatMilliseconds: TunnelLimits.bridgeLookMilliseconds
        ) { [weak self] in self?.look() }
        if !received.isEmpty { unsafe received.withUnsafeBytes { unsafe streamReceived(socket, $0) } }
        stream.carry(to: self)
        socket.startReading()
    }

    private func look() {
        // Nobody reads a socket whose bytes the peer has no room for, so nobody hears of its end either.
        if isClient, !socket.isReading, !isRead, socket.isGone {
            over.fail(TunnelFailure(.closed, "the client is gone"))
            return
        }
        let idle = (EventLoop.hrtimeNanoseconds - movedAt) / 1_000_000
        guard idle >= TunnelLimits.idleMilliseconds else { return }
        over.fail(LoopFailure.deadline("forward", milliseconds: TunnelLimits.idleMilliseconds))
    }

    private func endedOne() { if isRead, isWritten, givenBytes == 0 { over.succeed(()) } }

    // MARK: What the socket says

    /// Sends it through the tunnel; while the peer is behind, the rest stays in the kernel.
    public func streamReceived(_ socket: LoopStream, _ bytes: UnsafeRawBufferPointer) {
        movedAt = EventLoop.hrtimeNanoseconds
        do { if try unsafe !stream.send(carrying: bytes) { socket.stopReading() } } catch { over.fail(error) }
    }

    /// Ends this side of the stream.
    public func streamEnded(_ socket: LoopStream) {
        isRead = true
        stream.finish()
        endedOne()
    }

    /// Ends both.
    public func streamFailed(_ socket: LoopStream, _ failure: LoopFailure) { over.fail(failure) }

    /// Gives all credit back.
    public func streamDrained(_ socket: LoopStream) { giveBack() }

    /// Gives credit back for what has left.
    public func streamProgressed(_ socket: LoopStream) { giveBack() }

    private func giveBack() {
        // With TLS in between more is queued than was given, never less.
        let waiting = min(givenBytes, socket.queuedBytes)
        stream.carried(givenBytes - waiting)
        givenBytes = waiting
        endedOne()
    }

    // MARK: What the stream says

    /// Gives it to the socket.
    public func streamGave(_ pieces: [UnsafeRawBufferPointer]) {
        movedAt = EventLoop.hrtimeNanoseconds
        unsafe socket.write(pieces)
        unsafe pieces.forEach { givenBytes += $0.count }
        giveBack()
    }

    /// Ends what the socket is given.
    public func streamGaveAll() {
        isWritten = true
        socket.shutdownWriting()
        endedOne()
    }

    /// Reads the socket again.
    public func streamHasRoom() { socket.startReading() }

    /// Ends both when it broke.
    public func streamIsOver(_ failure: TunnelFailure?) {
        if let failure { over.fail(failure) }
    }
}
