import EventLoop

/// How a handler answers: at once where it can, so that nothing is allocated for waiting.
public enum HTTPReply {
    /// The response is here.
    case now(HTTPResponse)
    /// The response comes from a task; it is cancelled when the connection breaks or the deadline passes.
    case later(@LoopActor () async throws -> HTTPResponse)
    /// The response is released from elsewhere, such as a commit barrier.
    case deferred(DeferredResponse)
}

/// Answers one kind of request; throws `HTTPRejection` to refuse.
public typealias HTTPHandler = @LoopActor (HTTPRequest) throws -> HTTPReply
