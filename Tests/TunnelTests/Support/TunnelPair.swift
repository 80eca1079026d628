import EventLoop
import HTTP2
import Tunnel

/// Both ends of a tunnel over a real socket.
@LoopActor
final class TunnelPair {
    let plane: TunnelConnection
    let agent: TunnelConnection
    private let listener: Listener

    private init(_ plane: TunnelConnection, _ agent: TunnelConnection, _ listener: Listener) {
        self.plane = plane
        self.agent = agent
        self.listener = listener
    }

    /// `prepare` sets the callbacks of both ends before the first byte moves.
    static func with(
        _ prepare: @LoopActor (_ plane: TunnelConnection, _ agent: TunnelConnection) -> Void = { _, _ in },
        _ body: @LoopActor (TunnelPair) async throws -> Void
    ) async throws {
        let (near, far, listener) = try await sockets()
        let pair = TunnelPair(
            TunnelConnection(near, .client), TunnelConnection(far, .server, limits: .small), listener)
        prepare(pair.plane, pair.agent)
        pair.agent.start()
        pair.plane.start()
        do {
            try await body(pair)
            await pair.close()
        } catch {
            await pair.close()
            throw error
        }
    }

    static func sockets() async throws -> (LoopStream, LoopStream, Listener) {
        let accepted = BoundedQueue<LoopStream>(capacity: 1, overflow: .refuseNewest)
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0) { accepted.offer($0) }
        let near = try await LoopStream.connectTCP(
            host: "127.0.0.1", port: listener.port, timeoutMilliseconds: 5_000)
        guard let far = try await accepted.next(deadlineMilliseconds: 5_000) else {
            throw LoopFailure(.ended, operation: "accept", detail: "no connection")
        }
        return (near, far, listener)
    }

    private func close() async {
        plane.close(TunnelFailure(.closed, "the test is over"))
        agent.close(TunnelFailure(.closed, "the test is over"))
        listener.close()
        await LoopActor.pass()
    }

    nonisolated static let get = [
        HTTP2Field(":method", "GET"), HTTP2Field(":scheme", "http"), HTTP2Field(":path", "/v1/status"),
        HTTP2Field(":authority", "node"),
    ]
    nonisolated static let post = [HTTP2Field(":method", "POST")] + get.dropFirst()
    nonisolated static let ok = [HTTP2Field(":status", "200")]
}
