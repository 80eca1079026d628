import EventLoop
public import Model
public import TLS

/// What a server needs from its surroundings.
public struct HTTPServerConfiguration {
    /// Bounds and deadlines.
    public var limits = HTTPServerLimits()
    /// Makes request ids.
    public var ids: any IDSource
    /// Gives the `Date` field; without it none is sent.
    public var time: (any TimeSource)?
    /// Tells the client's address of a peer and what it says, where the peer may be a proxy; for access records.
    public var clientAddress: (@LoopActor (_ peer: String, HTTPHeaders) -> String)?
    /// Hears of every answered request.
    public var onExchange: (@LoopActor (AccessRecord) -> Void)?
    /// Hears of errors that a handler threw and that became 500.
    public var onHandlerError: (@LoopActor (any Error, _ requestID: String) -> Void)?

    /// Hears that a listener takes no connections at present, once until there was none for
    /// `listenerQuietMilliseconds`; it goes on by itself.
    public var onListenerTrouble: (@LoopActor (any Error) -> Void)?

    /// Hears of connections that TLS broke, mostly in the handshake, and of their peer.
    public var onTLSFailure: (@LoopActor (TLSFailure, _ peer: String) -> Void)?

    /// Takes the two sources.
    public init(ids: any IDSource, time: (any TimeSource)? = nil) {
        self.ids = ids
        self.time = time
    }
}
