/// Why a stream or a session ends, as the protocol numbers it.
public enum HTTP2Code: UInt32, Sendable, Hashable {
    /// In good order.
    case none = 0
    /// The peer breaks the protocol.
    case protocolError = 1
    /// Something here went wrong.
    case internalError = 2
    /// The peer sent more than it had credit for.
    case flowControl = 3
    /// Refused before anything was done; the same may be asked again.
    case refused = 7
    /// Nobody wants it any more.
    case cancelled = 8
    /// The connection behind a CONNECT broke.
    case connectFailed = 10
    /// The peer makes work for the sake of it.
    case enhanceYourCalm = 11

    init(code: UInt32) { self = HTTP2Code(rawValue: code) ?? .internalError }
}
