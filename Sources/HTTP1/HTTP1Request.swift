public import Model

/// A request head with everything its bytes decide about the connection.
public struct HTTP1Request: Sendable {
    /// Method, target, version, fields.
    public var head: HTTPRequestHead
    /// How the body ends.
    public var framing: BodyFraming
    /// True when the client leaves the connection open for another request.
    public var keepsAlive: Bool
    /// True when the client waits for `100 Continue` before it sends the body.
    public var expectsContinue: Bool
    /// True when the client offers to change the protocol (`Connection: upgrade` and `Upgrade`), or for CONNECT.
    public var offersUpgrade: Bool
}
