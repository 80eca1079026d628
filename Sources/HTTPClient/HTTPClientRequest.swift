public import Model

/// One request and the rules of its exchange.
public struct HTTPClientRequest: Sendable {
    /// The method.
    public var method: HTTPMethod
    /// Absolute `http:` or `https:` URL, already percent-encoded.
    public var url: String
    /// Connects to this Unix socket instead of the URL's host, never through a proxy.
    public var unixSocketPath: String?
    /// Fields beside `Host`, `Content-Length` and `Transfer-Encoding`, which follow from URL and body.
    public var headers: HTTPHeaders
    /// The body.
    public var body: HTTPClientBody
    /// How long it may take.
    public var deadlines: HTTPClientDeadlines
    /// Largest response body accepted; for streams the sum of all pieces, nil is no limit there.
    public var maximumBodyBytes: Int?
    /// Files for `https:`.
    public var tls: HTTPClientTLS
    /// The proxy; nil is none, whatever the environment says.
    public var proxy: ProxyRules.Choice?
    /// Whether the response says which address this machine has on the connection.
    public var tellsLocalAddress = false
    /// Whether the connection is all that is wanted.
    var connectsOnly = false
    /// Whether a buffered body may be sent a second time on a fresh connection when a kept one turns out dead.
    public var mayResend: Bool

    /// A request with the client's default deadlines and limits.
    public init(
        _ method: HTTPMethod, _ url: String, unixSocketPath: String? = nil,
        headers: HTTPHeaders = HTTPHeaders(),
        body: HTTPClientBody = .none
    ) {
        self.method = method
        self.url = url
        self.unixSocketPath = unixSocketPath
        self.headers = headers
        self.body = body
        self.deadlines = HTTPClientDeadlines()
        self.maximumBodyBytes = nil
        self.tls = HTTPClientTLS()
        self.proxy = nil
        self.mayResend = method != .post && method != .patch
    }
}

extension HTTPClientRequest {
    /// Method, host and path without query and credentials, for errors and logs.
    public var operation: String {
        var text = "\(method.name) "
        var bytes = Substring(url)
        if let query = bytes.firstIndex(where: { $0 == "?" || $0 == "#" }) { bytes = bytes[..<query] }
        if let at = bytes.lastIndex(of: "@"), let slash = bytes.firstIndex(of: "/"), slash < at {
            bytes = bytes[bytes.index(after: at)...]
        }
        text += bytes.prefix(HTTPClientLimits.detailBytes)
        return text
    }
}
