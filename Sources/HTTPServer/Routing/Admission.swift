public import EventLoop

/// A responder's decision on a head, before any of the body is read.
public struct Admission {
    /// Answers once the body is there, or at once when it is streamed.
    public var handler: HTTPHandler
    /// What happens to the body.
    public var body: BodyPolicy
    /// How long the handler may take; nil means the server's default.
    public var deadlineMilliseconds: Int64?

    /// Puts a decision together.
    public init(body: BodyPolicy, deadlineMilliseconds: Int64? = nil, handler: @escaping HTTPHandler) {
        self.handler = handler
        self.body = body
        self.deadlineMilliseconds = deadlineMilliseconds
    }
}

/// Decides who answers a request; a router, mostly.
@LoopActor
public protocol HTTPResponder: AnyObject {
    /// Looks at the head alone; throws `HTTPRejection` to refuse before the body is read.
    func admit(_ request: HTTPRequest) throws -> Admission
}
