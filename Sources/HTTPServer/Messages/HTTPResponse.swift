public import EventLoop
public import Model

/// A response: its head, and a body that is there, comes piece by piece, or is another protocol.
public struct HTTPResponse: Sendable {
    /// What follows the head.
    public enum Body: Sendable {
        /// Nothing.
        case empty
        /// These bytes, sent with their length.
        case bytes([UInt8])
        /// Whatever the closure writes, chunked; the response ends when it returns, and breaks when it throws.
        case stream(@LoopActor @Sendable (ResponseWriter) async throws -> Void)
        /// A head with the length of a body that is not sent; for HEAD and 304.
        case omitted(length: Int)
        /// Another protocol: the closure gets the socket and the bytes that came behind the request.
        ///
        /// It must set the stream's handler before it returns, and owns the stream from then on.
        case upgrade(@LoopActor @Sendable (Stream, _ received: [UInt8]) -> Void)
    }

    /// The status.
    public var status: HTTPStatus
    /// The fields; framing and connection fields are the server's business.
    public var headers: HTTPHeaders
    /// The body.
    public var body: Body
    /// Whether the connection closes after this response.
    public var closes = false

    private static let jsonHeaders: HTTPHeaders = ["content-type": "application/json"]

    /// Puts a response together.
    public init(_ status: HTTPStatus, headers: HTTPHeaders = HTTPHeaders(), body: Body = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A JSON document that is rendered already.
    public init(_ status: HTTPStatus = .ok, json: [UInt8], headers: HTTPHeaders = HTTPHeaders()) {
        self.init(status, headers: headers.isEmpty ? Self.jsonHeaders : headers, body: .bytes(json))
        if !headers.isEmpty { self.headers.set("content-type", "application/json") }
    }

    /// Plain text.
    public init(_ status: HTTPStatus = .ok, text: String, contentType: String = "text/plain; charset=utf-8") {
        self.init(status, headers: ["content-type": contentType], body: .bytes(Array(text.utf8)))
    }

    /// Answers an offer to change the protocol with 101.
    public static func upgrade(
        to name: String, headers: HTTPHeaders = HTTPHeaders(),
        _ take: @escaping @LoopActor @Sendable (Stream, _ received: [UInt8]) -> Void
    ) -> HTTPResponse {
        var headers = headers
        headers.set("upgrade", name)
        return HTTPResponse(.switchingProtocols, headers: headers, body: .upgrade(take))
    }
}
