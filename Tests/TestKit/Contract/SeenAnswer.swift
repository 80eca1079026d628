public import Model

/// What a test saw of an answer of the API.
public struct SeenAnswer: Sendable {
    let status: Int
    let requestID: String?
    let type: String?
    let isPacked: Bool
    /// Nil where only the head was seen.
    let body: [UInt8]?

    /// Takes what was seen.
    ///
    /// - Parameters:
    ///   - status: The status code.
    ///   - body: All of the body; nil where only the head was seen.
    ///   - header: The value of a header, by its name in small letters.
    public init(status: Int, body: [UInt8]?, header: (String) -> String?) {
        self.status = status
        self.body = body
        requestID = header("x-request-id")
        type = header("content-type")
        isPacked = header("content-encoding") != nil
    }

    /// Takes what was seen.
    ///
    /// - Parameters:
    ///   - head: Status and headers.
    ///   - body: All of the body; nil where only the head was seen.
    public init(_ head: HTTPResponseHead, body: [UInt8]?) {
        self.init(status: head.status.code, body: body) { head.headers[$0] }
    }
}
