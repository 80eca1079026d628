public import Model

/// A response head with everything its bytes decide about the connection.
public struct HTTP1Response: Sendable {
    /// Status, version, fields.
    public var head: HTTPResponseHead
    /// How the body ends.
    public var framing: BodyFraming
    /// True when the server leaves the connection open for another request.
    public var keepsAlive: Bool
    /// True when HTTP ends here: 101, or success after CONNECT.
    ///
    /// The bytes after `end` belong to the new protocol.
    public var switchesProtocol: Bool
}
