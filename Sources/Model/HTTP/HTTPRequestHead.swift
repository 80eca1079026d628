/// Everything of a request before its body.
public struct HTTPRequestHead: Sendable, Equatable {
    /// What to do.
    public var method: HTTPMethod
    /// The request target as it was written, still percent-encoded: `/path?query` in most requests.
    public var target: String
    /// The sender's version.
    public var version: HTTPVersion
    /// The header fields in order.
    public var headers: HTTPHeaders

    /// Puts a head together.
    public init(
        method: HTTPMethod, target: String, version: HTTPVersion = .http11,
        headers: HTTPHeaders = HTTPHeaders()
    ) {
        self.method = method
        self.target = target
        self.version = version
        self.headers = headers
    }
}
