/// A three-digit response status (RFC 9110 §15).
public struct HTTPStatus: Hashable, Sendable, CustomStringConvertible {
    /// The number, 100 to 999.
    public let code: Int

    /// Takes a number; what does not have three digits becomes 500.
    public init(_ code: Int) { self.code = (100...999).contains(code) ? code : 500 }

    /// 100 to 199: another response follows.
    public var isInformational: Bool { code < 200 }
    /// 200 to 299.
    public var isSuccess: Bool { (200..<300).contains(code) }
    /// 400 to 599.
    public var isError: Bool { (400..<600).contains(code) }
    /// Responses that never carry a body: 1xx, 204 and 304.
    public var forbidsBody: Bool { code < 200 || code == 204 || code == 304 }

    /// Number and phrase.
    public var description: String { "\(code) \(reason)" }

    /// The phrase of RFC 9110, or "Unknown".
    public var reason: String { Self.reasons[code] ?? "Unknown" }

    private static let reasons: [Int: String] = [
        100: "Continue", 101: "Switching Protocols", 200: "OK", 201: "Created", 202: "Accepted",
        204: "No Content", 206: "Partial Content", 301: "Moved Permanently", 302: "Found", 303: "See Other",
        304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request",
        401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required",
        412: "Precondition Failed", 413: "Content Too Large", 414: "URI Too Long",
        415: "Unsupported Media Type", 417: "Expectation Failed", 422: "Unprocessable Content",
        426: "Upgrade Required", 428: "Precondition Required", 429: "Too Many Requests",
        431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented",
        502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
        505: "HTTP Version Not Supported", 507: "Insufficient Storage",
    ]
}
