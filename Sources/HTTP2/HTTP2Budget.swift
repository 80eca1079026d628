/// Bytes that all sessions which share it may hold together; one thread at a time.
///
/// It counts what was received and not consumed, what waits to be sent, and the credit that was given out. Beyond the
/// bound no stream begins and no credit grows, in any of the sessions.
public final class HTTP2Budget {
    /// The bound.
    public let limitBytes: Int
    /// Received and not consumed, or waiting to be sent.
    public internal(set) var bufferedBytes = 0
    /// Credit that was given out.
    public internal(set) var windowBytes = 0

    /// A budget of which nothing is used.
    public init(limitBytes: Int) { self.limitBytes = limitBytes }

    var isUsedUp: Bool { bufferedBytes >= limitBytes }
}
