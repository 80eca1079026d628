import EventLoop
import HTTP2
import Model
import Tunnel

/// The streams into nodes that operators have open: they end with the credential they were opened by.
@LoopActor
final class OperatorStreams {
    private struct Held {
        let stream: TunnelStream
        let grant: OperatorGrant
    }

    private let host: ClusterHost
    private var held: [ObjectIdentifier: Held] = [:]

    /// A caller, and where the streams opened for it are kept.
    @LoopActor
    struct Caller {
        let streams: OperatorStreams
        let grant: OperatorGrant?

        func take(_ stream: TunnelStream) -> OpenStream {
            let opened = OpenStream(stream, in: streams)
            if let grant {
                streams.held[ObjectIdentifier(opened)] = Held(stream: stream, grant: grant)
                streams.host.credentialWatch.opened(until: grant.expiresAt)
            }
            return opened
        }
    }

    init(host: ClusterHost) { self.host = host }

    /// How many are open.
    var count: Int { held.count }

    /// Whoever makes a call.
    func caller(of call: APICall) -> Caller { Caller(streams: self, grant: call.grant) }

    func left(_ opened: ObjectIdentifier) { held[opened] = nil }

    /// Ends the streams whose credential is not valid any more; the first end of the others is returned.
    func checkCredentials() -> Timestamp? {
        for entry in held.values where !host.isValid(entry.grant) {
            entry.stream.reset(
                .cancelled,
                because: TunnelFailure(.refused, entry.grant.endWords, status: 403, word: "forbidden"))
        }
        return held.values.filter { host.isValid($0.grant) }.compactMap(\.grant.expiresAt).min()
    }
}
