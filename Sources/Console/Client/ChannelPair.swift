import EventLoop

/// Carries bytes between two sockets, both ways at once.
@LoopActor
enum ChannelPair {
    /// Runs until both directions have ended; the failure of one ends the other.
    static func join(_ one: LoopStream, _ other: LoopStream, received: [UInt8] = []) async throws {
        let over = OneShot<Void>()
        let there = Way(from: one, to: other, over)
        let back = Way(from: other, to: one, over)
        there.back = back
        back.back = there
        defer {
            one.close()
            other.close()
        }
        if !received.isEmpty { one.write(received) }
        let watch = LoopTimer()
        defer { watch.close() }
        let idle = ConsoleLimits.idleMilliseconds
        watch.start(afterMilliseconds: idle, repeatMilliseconds: idle) {
            if !there.hasMoved, !back.hasMoved {
                over.fail(LoopFailure.deadline("carry", milliseconds: idle))
            }
            there.hasMoved = false
            back.hasMoved = false
        }
        there.start()
        back.start()
        try await over.wait()
    }

    /// One direction.
    @LoopActor private final class Way: StreamHandler {
        private let source: LoopStream
        private let target: LoopStream
        private let over: OneShot<Void>
        private var hasEnded = false
        /// Whether a byte came since this was last made false.
        var hasMoved = false
        /// The other direction; both are held by their sockets until these are closed.
        weak var back: Way?

        init(from source: LoopStream, to target: LoopStream, _ over: OneShot<Void>) {
            self.source = source
            self.target = target
            self.over = over
        }

        func start() {
            source.handler = self
            source.startReading()
        }

        func streamReceived(_ stream: LoopStream, _ bytes: UnsafeRawBufferPointer) {
            hasMoved = true
            unsafe target.write(bytes)
            if target.queuedBytes > ConsoleLimits.carriedBytes { source.stopReading() }
        }

        func streamEnded(_ stream: LoopStream) {
            hasEnded = true
            target.shutdownWriting()
            if target.queuedBytes == 0 { settle() }
        }

        func streamFailed(_ stream: LoopStream, _ failure: LoopFailure) { over.fail(failure) }

        /// What came the other way has left: there is room for more of it.
        func streamDrained(_ stream: LoopStream) { back?.hasRoom() }

        private func hasRoom() {
            source.startReading()
            if hasEnded { settle() }
        }

        private func settle() { if back?.hasEnded == true, source.queuedBytes == 0 { over.succeed(()) } }
    }
}
