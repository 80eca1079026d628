import EventLoop
import Testing

/// Two ends of one connection and the listener that made it.
@LoopActor
struct SocketPair {
    let client: ByteChannel
    let server: ByteChannel

    static func tcp(limitBytes: Int = EventLoopLimits.channelBufferedBytes) async throws -> SocketPair {
        let queue = BoundedQueue<LoopStream>(capacity: 1, overflow: .refuseNewest)
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0) { queue.offer($0) }
        defer { listener.close() }
        let client = try await LoopStream.connectTCP(
            host: "127.0.0.1", port: listener.port, timeoutMilliseconds: 5000)
        let server = try #require(try await queue.next(deadlineMilliseconds: 5000))
        return SocketPair(client: ByteChannel(client), server: ByteChannel(server, limitBytes: limitBytes))
    }

    static func unix(path: String) async throws -> SocketPair {
        let queue = BoundedQueue<LoopStream>(capacity: 1, overflow: .refuseNewest)
        let listener = try Listener.unix(path: path) { queue.offer($0) }
        defer { listener.close() }
        let client = try await LoopStream.connectUnix(path: path, timeoutMilliseconds: 5000)
        let server = try #require(try await queue.next(deadlineMilliseconds: 5000))
        return SocketPair(client: ByteChannel(client), server: ByteChannel(server))
    }

    func close() async {
        client.close()
        server.close()
        await client.stream.closed()
        await server.stream.closed()
    }
}

/// The code of the failure a body throws; nil when it throws something else or nothing.
@LoopActor
func failureCode(_ body: @LoopActor () async throws -> Void) async -> LoopFailure.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? LoopFailure)?.code
    }
}
