/// Hears what happens on a stream; every call comes from the loop, never from inside a call to the stream.
@LoopActor
public protocol StreamHandler: AnyObject {
    /// Bytes arrived; they are gone when the call returns.
    func streamReceived(_ stream: Stream, _ bytes: UnsafeRawBufferPointer)
    /// The peer sends no more; this side still can, and must close the stream in the end.
    func streamEnded(_ stream: Stream)
    /// The stream broke; it is closed already, and this was its last event.
    func streamFailed(_ stream: Stream, _ failure: LoopFailure)
    /// Everything that had been queued has been given to the kernel.
    func streamDrained(_ stream: Stream)
    /// The kernel has taken a part of what had been queued.
    func streamProgressed(_ stream: Stream)
}

extension StreamHandler {
    /// Does nothing.
    public func streamDrained(_ stream: Stream) {}

    /// Does nothing.
    public func streamProgressed(_ stream: Stream) {}
}
