public import EventLoop
internal import HTTP2

/// Carries the bytes of a socket through a tunnel's stream, both ways at once.
@LoopActor
public final class StreamBridge {
    private let channel: ByteChannel
    private let stream: TunnelStream
    /// Whether the socket has given all it had.
    private var isRead = false
    /// Why the socket takes no more.
    private var refusal: (any Error)?

    private init(_ channel: ByteChannel, _ stream: TunnelStream) {
        self.channel = channel
        self.stream = stream
    }

    /// Runs until both directions have ended; the failure of one ends the other.
    ///
    /// Each side's end is passed on alone, so that a peer may still answer after its last word.
    public static func run(_ channel: ByteChannel, _ stream: TunnelStream) async throws {
        EventLoop.beganCarrying()
        defer {
            EventLoop.endedCarrying()
            channel.close()
        }
        do {
            try await StreamBridge(channel, stream).run()
        } catch {
            // A reset drops what is not on its way. What went wrong is thrown already; more cannot be done than to try.
            try? await stream.drain(deadlineMilliseconds: TunnelLimits.farewellMilliseconds)
            stream.reset(.connectFailed)
            throw error
        }
    }

    private func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.toTunnel() }
            group.addTask { try await self.toSocket() }
            defer { group.cancelAll() }
            try await group.next()
            try await group.next()
        }
    }

    private func toTunnel() async throws {
        while let bytes = try await channel.read(deadlineMilliseconds: TunnelLimits.idleMilliseconds) {
            try await stream.write(bytes)
        }
        isRead = true
        if let refusal { throw refusal }
        stream.finish()
    }

    private func toSocket() async throws {
        do {
            while let bytes = try await stream.next() {
                try await channel.write(bytes, deadlineMilliseconds: TunnelLimits.idleMilliseconds)
            }
        } catch let failure as LoopFailure where !isRead {
            // Who wants no more of what it is sent may have answered before it broke off: the answer is passed on.
            refusal = failure
            try await LoopActor.sleep(milliseconds: TunnelLimits.lastAnswerMilliseconds)
            throw failure
        }
        channel.finish()
    }
}
