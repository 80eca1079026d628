public import HTTP1

/// Every bound and deadline of a server; each is enforced on every connection.
public struct HTTPServerLimits: Sendable {
    /// What the codec accepts; the body's size is the route's.
    public var codec = HTTP1Limits()
    /// Connections of one listener.
    ///
    /// One more closes connections without a whole request, of the address that has most of them, the oldest first;
    /// when there is none it gets 503 and is closed.
    public var connectionsPerListener = 4_096
    /// From the first byte of a head, or from the accept, to the head's end; a TLS handshake is part of it.
    public var headMilliseconds: Int64 = 10_000
    /// From the head to the end of a collected body; for a streamed body, from piece to piece.
    public var bodyMilliseconds: Int64 = 60_000
    /// Between two requests.
    public var idleMilliseconds: Int64 = 75_000
    /// A peer that takes nothing of what is queued for it for so long is cut.
    public var writeMilliseconds: Int64 = 30_000
    /// From the complete request to its response, unless the route says otherwise.
    public var handlerMilliseconds: Int64 = 60_000
    /// How long a connection that is being closed still swallows what its peer sends, so that it reads the answer.
    public var lingerMilliseconds: Int64 = 2_000
    /// The largest unwanted body that is read and dropped to keep a connection.
    public var drainBytes = 65_536
    /// Bytes kept of requests that wait their turn behind an unfinished one; then reading stops.
    public var heldBytes = 65_536
    /// Bytes queued for a slow reader before a streaming response waits, and before the next request is read.
    public var queuedBytes = 262_144
    /// Bytes of a streamed request body kept for its handler; then reading stops.
    public var streamedBytes = 131_072

    /// Bodies of these sizes are packed for clients that ask for it.
    ///
    /// Shorter ones would not fit fewer packets; longer ones would hold the loop for more than some 10 ms.
    public var packedBytes = 1_025...2_097_152

    /// The pause before a listener that had to close listens anew.
    static let listenAgainMilliseconds: Int64 = 1_000
    /// So long a listener has no trouble before its next is told as a new one.
    static let listenerQuietMilliseconds: Int64 = 60_000
    /// Of a full listener's connections, this part is made free at a time, so that a flood does not make every accept
    /// look at all of them.
    static let roomShare = 64
    /// A body up to this size is copied beside its head, so that one call writes both.
    static let gatheredBytes = 16_384
    /// The largest buffer for output that is kept from one read to the next; one a server.
    static let scratchBytes = 65_536
    /// The shortest pause between two looks at the deadlines.
    static let sweepMilliseconds: Int64 = 10

    /// The defaults.
    public init() {}
}
