/// Why a session cannot go on, or an operation on it was refused.
public struct HTTP2Failure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds a caller can tell apart.
    public enum Code: String, Sendable {
        /// The peer breaks the protocol; the session is over.
        case brokenPeer = "broken_peer"
        /// The peer makes work for the sake of it; the session is over.
        case flooded
        /// No further stream at present.
        case tooManyStreams = "too_many_streams"
        /// The session takes no new streams.
        case goingAway = "going_away"
        /// The stream is closed.
        case streamClosed = "stream_closed"
        /// nghttp2 reports something it should not.
        case `internal`
    }

    /// The kind.
    public let code: Code
    /// What happened.
    public let detail: String

    /// States a failure.
    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// One line for people.
    public var description: String { "HTTP/2: \(code.rawValue): \(detail)" }
}
