internal import CUV

/// Watches a socket that belongs to somebody else, such as libcurl.
///
/// Ownership: the descriptor stays the caller's; it must stay open until `close()` has been called.
@LoopActor
public final class Poller: Handle {
    /// What the socket is ready for.
    public struct Readiness: Sendable, Hashable {
        /// Data or the end can be read.
        public let readable: Bool
        /// Data can be written.
        public let writable: Bool
        /// The socket is broken; reading or writing tells how.
        public let failed: Bool
    }

    private var ready: (@LoopActor (Readiness) -> Void)?

    /// Prepares to watch `fileDescriptor`, which becomes non-blocking.
    public init(fileDescriptor: Int32) throws {
        super.init(UV_POLL)
        try opened(uv_poll_init(LoopExecutor.shared.loop, poll, fileDescriptor), "watch descriptor")
    }

    /// Watches for the given directions from now on; neither means rest.
    public func set(readable: Bool, writable: Bool, _ ready: @escaping @LoopActor (Readiness) -> Void) throws
    {
        guard isOpen else { return }
        self.ready = ready
        var events: UInt32 = 0
        if readable { events |= UV_READABLE.rawValue }
        if writable { events |= UV_WRITABLE.rawValue }
        let status = events == 0 ? uv_poll_stop(poll) : uv_poll_start(poll, Int32(events), pollerReady)
        guard status == 0 else {
            throw LoopFailure(status: status, operation: "watch descriptor", subject: "")
        }
    }

    override func closing() { ready = nil }

    private var poll: UnsafeMutablePointer<uv_poll_t> { raw.assumingMemoryBound(to: uv_poll_t.self) }

    fileprivate func became(_ status: Int32, _ events: Int32) {
        let events = UInt32(events)
        ready?(
            Readiness(
                readable: events & UV_READABLE.rawValue != 0, writable: events & UV_WRITABLE.rawValue != 0,
                failed: status < 0))
    }
}

private func pollerReady(_ handle: UnsafeMutablePointer<uv_poll_t>?, _ status: Int32, _ events: Int32) {
    guard let data = handle?.pointee.data else { return }
    let poller = Unmanaged<Poller>.fromOpaque(data).takeUnretainedValue()
    LoopActor.unsafeEnter((poller, status, events)) { $0.0.became($0.1, $0.2) }
}
