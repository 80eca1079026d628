public import Model

/// A refusal with everything its answer says; thrown by handlers, hooks and the server itself.
public struct HTTPRejection: Error, Sendable, CustomStringConvertible {
    /// The status.
    public var status: HTTPStatus
    /// The machine word of the error body.
    public var code: String
    /// The sentence of the error body: what went wrong, where, and what to do.
    public var message: String
    /// Every fault of a body, each with its place.
    public var details: [FieldFault]
    /// Fields of the answer, such as `Retry-After` or `WWW-Authenticate`.
    public var headers: HTTPHeaders
    /// Whether the connection closes after the answer.
    public var closes: Bool

    /// Names a refusal.
    public init(
        _ status: HTTPStatus, _ code: String, _ message: String, details: [FieldFault] = [],
        headers: HTTPHeaders = HTTPHeaders(), closes: Bool = false
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.headers = headers
        self.closes = closes
    }

    /// Status, code and sentence.
    public var description: String { "\(status.code) \(code): \(message)" }

    /// The response with the one error body of this server.
    public func response(requestID: String) -> HTTPResponse {
        let body = ErrorBody(error: message, code: code, requestID: requestID, details: details)
        var response = HTTPResponse(status, json: body.rendered(), headers: headers)
        response.closes = closes
        return response
    }
}
