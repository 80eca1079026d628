public import Model

/// One answered request, for logs and metrics.
public struct AccessRecord: Sendable {
    /// The request's method; nil when its head was not readable.
    public let method: HTTPMethod?
    /// The request's path without its query, which may hold secrets.
    public let path: String
    /// The pattern of the route that took it; nil when none did.
    public let route: String?
    /// The status sent.
    public let status: HTTPStatus
    /// The request's id.
    public let requestID: String
    /// The peer's address as text.
    public let peer: String
    /// The client's address where the configuration finds it out; nil otherwise.
    public var client: String?
    /// Bytes of the request's body.
    public let requestBytes: Int
    /// Bytes of the response's body.
    public let responseBytes: Int
    /// From the head's arrival to the response's last byte given to the kernel or its queue.
    public let durationNanoseconds: UInt64
    /// True when the connection broke before the response was complete.
    public let aborted: Bool
}
