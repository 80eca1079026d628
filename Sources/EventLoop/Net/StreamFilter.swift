/// Stands between a stream's socket and its handler and changes the bytes on their way, such as TLS.
///
/// Every call comes from the stream, on the loop. The filter answers through the stream's `send…` and `passOn…`
/// methods; it never calls the handler itself.
@LoopActor
public protocol StreamFilter: AnyObject {
    /// Bytes the owner has written that wait for something of the peer's; they count as queued.
    var waitingBytes: Int { get }
    /// Whether received bytes are kept because the handler did not read.
    var hasHeldBytes: Bool { get }
    /// The socket brought bytes; they are gone when the call returns.
    func received(_ bytes: UnsafeRawBufferPointer, from stream: Stream)
    /// The handler reads again, and `hasHeldBytes` is true.
    func resume(_ stream: Stream)
    /// The socket sends no more.
    func socketEnded(_ stream: Stream)
    /// The owner writes.
    func write(_ bytes: UnsafeRawBufferPointer, to stream: Stream)
    /// The owner writes pieces that belong together.
    func write(_ pieces: [UnsafeRawBufferPointer], to stream: Stream)
    /// The owner has written everything.
    func finish(_ stream: Stream)
    /// The stream is about to close; what is sent now may still arrive.
    func willClose(_ stream: Stream)
}

extension Stream {
    /// Puts a filter in, before the first byte is read or written.
    public func install(_ filter: any StreamFilter) {
        precondition(self.filter == nil && !isReading, "a filter is put in before reading starts")
        self.filter = filter
    }

    /// For filters: gives bytes to the socket.
    public func sendFiltered(_ bytes: [UInt8]) { bytes.withUnsafeBytes { send($0) } }

    /// For filters: sends the socket's end.
    public func endFiltered() { endSending() }

    /// For filters: hands bytes to the handler, which may close the stream meanwhile.
    public func passOn(_ bytes: UnsafeRawBufferPointer) { handler?.streamReceived(self, bytes) }

    /// For filters: tells the handler that the peer sends no more.
    public func passOnEnd() {
        guard isOpen, !hasEnded else { return }
        stopReading()
        hasEnded = true
        handler?.streamEnded(self)
    }

    /// For filters: tells the handler that what it had written has left.
    public func passOnDrained() { if isOpen, queuedBytes == 0 { handler?.streamDrained(self) } }

    /// For filters: closes the stream at the end of this turn and tells the handler why.
    public func passOnFailure(_ failure: LoopFailure) {
        guard isOpen else { return }
        stopReading()
        failLater(failure)
    }

    func resumeFilter() {
        guard isOpen, isReading, let filter, filter.hasHeldBytes else { return }
        filter.resume(self)
    }
}
