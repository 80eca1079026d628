public import Model

/// A response whose body was collected.
public struct HTTPClientResponse: Sendable {
    /// Status and fields.
    public let head: HTTPResponseHead
    /// The whole body.
    public let body: [UInt8]
    /// The numeric address this machine has on the connection; only where the request asked for it.
    public internal(set) var localAddress: String?

    /// Pairs head and body.
    public init(head: HTTPResponseHead, body: [UInt8]) {
        self.head = head
        self.body = body
    }
}

/// A response whose body is still to be pulled.
public struct HTTPStreamedResponse: Sendable {
    /// Status and fields.
    public let head: HTTPResponseHead
    /// The body, to be read to its end or cancelled.
    public let body: HTTPBodyStream
}
