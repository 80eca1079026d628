public import EventLoop

/// A response that is decided now or later and sent when it is released.
///
/// The commit barrier in one object: the handler computes the response, returns `.deferred`, and whoever knows that
/// the state it shows is durable calls `release`. Responses of one connection leave in the order of its requests,
/// whatever the order of the releases. Unreleased, it becomes 503 at the handler's deadline.
@LoopActor
public final class DeferredResponse {
    private var result: Result<HTTPResponse, any Error>?
    private var waiter: (@LoopActor (Result<HTTPResponse, any Error>) -> Void)?
    /// True once nobody waits for the response any more: the connection broke or the deadline passed.
    public private(set) var isAbandoned = false
    /// Called once when the response is abandoned.
    public var onAbandoned: (@LoopActor () -> Void)?

    /// Makes one that is not released.
    public init() {}

    /// Sends the response; a second release is ignored.
    public func release(_ response: HTTPResponse) { settle(.success(response)) }

    /// Sends a refusal, or 500 for an error that is none; a second release is ignored.
    public func fail(_ error: any Error) { settle(.failure(error)) }

    func whenReleased(_ waiter: @escaping @LoopActor (Result<HTTPResponse, any Error>) -> Void) {
        if let result { waiter(result) } else { self.waiter = waiter }
    }

    func abandon() {
        guard result == nil, !isAbandoned else { return }
        isAbandoned = true
        waiter = nil
        onAbandoned?()
        onAbandoned = nil
    }

    private func settle(_ result: Result<HTTPResponse, any Error>) {
        guard self.result == nil, !isAbandoned else { return }
        self.result = result
        onAbandoned = nil
        let waiter = waiter
        self.waiter = nil
        waiter?(result)
    }
}
