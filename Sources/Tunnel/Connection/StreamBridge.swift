public import EventLoop
internal import HTTP2

/// Carries the bytes of a socket through a tunnel's stream, both ways at once.
@LoopActor
public enum StreamBridge {
    /// Runs until both directions have ended; the failure of one ends the other.
    ///
    /// Each side's end is passed on alone, so that a peer may still answer after its last word.
    public static func run(_ channel: ByteChannel, _ stream: TunnelStream) async throws {
        defer { channel.close() }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.toTunnel(channel, stream) }
                group.addTask { try await self.toSocket(channel, stream) }
                defer { group.cancelAll() }
                try await group.next()
                try await group.next()
            }
        } catch {
            await passOnTheRest(of: channel, stream)
            stream.reset(.connectFailed)
            throw error
        }
    }

    /// Who wants no more of what it is sent may answer and break off: the answer is still passed on.
    private static func passOnTheRest(of channel: ByteChannel, _ stream: TunnelStream) async {
        guard !stream.isOver else { return }
        // What went wrong is thrown already; more cannot be done than to try.
        if channel.bufferedBytes > 0, let rest = try? await channel.read() { _ = try? stream.writeNow(rest) }
        try? await stream.drain(deadlineMilliseconds: TunnelLimits.farewellMilliseconds)
    }

    private static func toTunnel(_ channel: ByteChannel, _ stream: TunnelStream) async throws {
        while let bytes = try await channel.read(deadlineMilliseconds: TunnelLimits.idleMilliseconds) {
            try await stream.write(bytes)
        }
        stream.finish()
    }

    private static func toSocket(_ channel: ByteChannel, _ stream: TunnelStream) async throws {
        while let bytes = try await stream.next() {
            try await channel.write(bytes, deadlineMilliseconds: TunnelLimits.idleMilliseconds)
        }
        channel.finish()
    }
}
