/// Everything of a response before its body.
public struct HTTPResponseHead: Sendable, Equatable {
    /// The result.
    public var status: HTTPStatus
    /// The sender's version.
    public var version: HTTPVersion
    /// The header fields in order.
    public var headers: HTTPHeaders

    /// Puts a head together.
    public init(status: HTTPStatus, version: HTTPVersion = .http11, headers: HTTPHeaders = HTTPHeaders()) {
        self.status = status
        self.version = version
        self.headers = headers
    }
}
