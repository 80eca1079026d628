import EventLoop

/// Carries bytes between two sockets, both ways at once.
@LoopActor
enum ChannelPair {
    /// Runs until both directions have ended; the failure of one ends the other.
    static func join(_ one: ByteChannel, _ other: ByteChannel) async throws {
        defer {
            one.close()
            other.close()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.copy(one, other) }
            group.addTask { try await self.copy(other, one) }
            defer { group.cancelAll() }
            try await group.next()
            try await group.next()
        }
    }

    private static func copy(_ from: ByteChannel, _ to: ByteChannel) async throws {
        while let bytes = try await from.read(deadlineMilliseconds: ConsoleLimits.idleMilliseconds) {
            try await to.write(bytes, deadlineMilliseconds: ConsoleLimits.idleMilliseconds)
        }
        to.finish()
    }
}
