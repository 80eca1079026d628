/// Names one stream of a session.
public typealias HTTP2StreamID = Int32

/// What the peer's bytes meant, in their order.
public enum HTTP2Event: Sendable, Equatable {
    /// A request begins a stream (a server hears it).
    case request(HTTP2StreamID, [HTTP2Field])
    /// The final answer's head (a client hears it).
    case response(HTTP2StreamID, [HTTP2Field])
    /// A piece of a body; its bytes count against the stream's credit until `consumed`.
    case data(HTTP2StreamID, [UInt8])
    /// As `data`, for a piece that lies within the bytes that were received just now.
    case piece(HTTP2StreamID, Range<Int>)
    /// Fields behind a body.
    case trailers(HTTP2StreamID, [HTTP2Field])
    /// The peer sends no more on this stream.
    case ended(HTTP2StreamID)
    /// The stream is over in both directions; nothing more is heard of it.
    case closed(HTTP2StreamID, HTTP2Code)
    /// The peer asked for a sign of life; the answer is queued.
    case ping
    /// The answer to a ping.
    case pong(UInt64)
    /// The peer opens and takes no more streams.
    case goingAway(HTTP2Code)
}
