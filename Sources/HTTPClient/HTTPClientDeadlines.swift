/// How long the parts of an exchange may take, in milliseconds; nil is no limit.
public struct HTTPClientDeadlines: Sendable, Equatable {
    /// Name lookup, connection and TLS handshake together.
    public var connect: Int64
    /// From the start to the complete response head.
    public var responseHead: Int64?
    /// Between two moments at which bytes moved; stands still while the reader of a stream is the slow one.
    public var idle: Int64?
    /// From the start to the last byte.
    public var total: Int64?

    /// States deadlines in milliseconds.
    public init(
        connect: Int64 = HTTPClientLimits.defaultConnectMilliseconds, responseHead: Int64? = nil,
        idle: Int64? = nil, total: Int64? = HTTPClientLimits.defaultTotalMilliseconds
    ) {
        self.connect = connect
        self.responseHead = responseHead
        self.idle = idle
        self.total = total
    }

    /// For streams without an end: only the connection and the response head have a deadline.
    public static func endless(responseHead: Int64) -> HTTPClientDeadlines {
        HTTPClientDeadlines(responseHead: responseHead, idle: nil, total: nil)
    }
}
