public import EventLoop
public import HTTP2

/// Takes what comes on a stream of a tunnel at once, and gives it to something else.
///
/// Every call comes from the loop. Bytes count against the peer's credit until `TunnelStream.carried` is told of them.
@LoopActor
public protocol TunnelCarrier: AnyObject {
    /// The head of the answer came; a client's.
    func streamAnswered(_ fields: [HTTP2Field])
    /// Pieces of the peer's body that follow each other; they are gone when the call returns.
    func streamGave(_ pieces: [UnsafeRawBufferPointer])
    /// The peer sends no more on this stream.
    func streamGaveAll()
    /// There is room again after `send(carrying:)` has said that there was none.
    func streamHasRoom()
    /// The stream is over in both directions, in good order when there is no failure.
    func streamIsOver(_ failure: TunnelFailure?)
}

extension TunnelCarrier {
    /// Does nothing.
    public func streamAnswered(_ fields: [HTTP2Field]) {}

    /// Does nothing: for those that send in another way.
    public func streamHasRoom() {}
}
