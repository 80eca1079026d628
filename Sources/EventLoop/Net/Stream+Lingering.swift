extension Stream {
    /// Closes after everything queued was sent and the peer has seen the end, or at the deadline.
    ///
    /// What the peer still sends is read and dropped: closing over unread bytes would reset the connection and
    /// could destroy the last answer on its way. The handler hears nothing more.
    public func closeGracefully(deadlineMilliseconds: Int64) {
        guard isOpen else { return }
        // At an end seen before there is nothing left to read; only the queue is waited for.
        if hasEnded, queuedBytes == 0 { return close() }
        handler = Lingering(self, deadlineMilliseconds: deadlineMilliseconds)
        shutdownWriting()
        startReading()
    }
}

/// Reads and drops until the peer ends; its timer keeps it alive no longer than the deadline.
@LoopActor
private final class Lingering: StreamHandler {
    private let timer = Timer()

    init(_ stream: Stream, deadlineMilliseconds: Int64) {
        let timer = timer
        timer.start(afterMilliseconds: deadlineMilliseconds) {
            stream.close()
            timer.close()
        }
    }

    func streamReceived(_ stream: Stream, _ bytes: UnsafeRawBufferPointer) {}

    func streamEnded(_ stream: Stream) { finishIfDone(stream) }

    func streamFailed(_ stream: Stream, _ failure: LoopFailure) { timer.close() }

    func streamDrained(_ stream: Stream) { finishIfDone(stream) }

    private func finishIfDone(_ stream: Stream) {
        guard stream.hasEnded, stream.queuedBytes == 0 else { return }
        stream.close()
        timer.close()
    }
}
