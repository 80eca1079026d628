public import EventLoop
import Model
public import TLS

/// What a listener shows its clients; replacing the context reaches new connections, the open ones keep theirs.
@LoopActor
public final class ServerTLS {
    /// The context of the next connection.
    public var context: TLSContext

    /// Begins with a context.
    public init(_ context: TLSContext) { self.context = context }

    /// The answer to a client that speaks plain HTTP here.
    private static let refusal: [UInt8] = {
        let body = ErrorBody(
            error: "this port speaks TLS; write https:// instead of http://", code: "tls_required",
            requestID: "-"
        ).rendered()
        let head =
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: \(body.count)\r\n"
            + "connection: close\r\n\r\n"
        return Array(head.utf8) + body
    }()

    func secure(_ stream: Stream) {
        let peer = stream.peerAddress?.description ?? "the client"
        stream.install(TLSStreamFilter(server: context, peer: peer, refusal: Self.refusal))
    }
}
