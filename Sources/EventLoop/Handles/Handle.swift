internal import CUV

/// A libuv handle: owned by libuv from its start until its closing callback has run.
///
/// Ownership: libuv holds one retain, taken when the handle was initialised and released in the closing callback.
/// So a handle that nobody closes stays alive; `openCount` shows it. Subclasses never call `uv_close` themselves.
@LoopActor
public class Handle {
    /// Handles initialised and not yet closed, in the whole process.
    public private(set) static var openCount = 0

    private enum State { case unborn, open, closing, closed }

    let raw: UnsafeMutableRawPointer
    private var state = State.unborn
    private var waiters: [UnsafeContinuation<Void, Never>] = []

    init(_ type: uv_handle_type) {
        raw = .allocate(byteCount: uv_handle_size(type), alignment: 16)
    }

    isolated deinit {
        precondition(state == .closed || state == .unborn, "a handle was released before it was closed")
        raw.deallocate()
    }

    /// Whether `close()` has not been called yet.
    public final var isOpen: Bool { state == .open }

    /// Stops every callback and gives the handle back; calling it again does nothing.
    public final func close() {
        guard state == .open else { return }
        willClose()
        state = .closing
        uv_close(handle, handleClosed)
        closing()
    }

    /// Returns when libuv has let go of the handle; `close()` must have been called, or be called by somebody else.
    public final func closed() async {
        guard state != .closed else { return }
        await withUnsafeContinuation { waiters.append($0) }
    }

    final var handle: UnsafeMutablePointer<uv_handle_t> { raw.assumingMemoryBound(to: uv_handle_t.self) }

    /// Takes libuv's retain after `uv_…_init`, or throws when that failed.
    final func opened(_ status: Int32, _ operation: String) throws {
        guard status == 0 else { throw LoopFailure(status: status, operation: operation, subject: "") }
        opened()
    }

    /// Takes libuv's retain after an `uv_…_init` that cannot fail.
    final func opened() {
        precondition(state == .unborn)
        state = .open
        Self.openCount += 1
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    /// Lets a subclass say a last word while the handle is still open.
    func willClose() {}

    /// Lets a subclass drop what it holds; called once, right after the close was asked for.
    func closing() {}

    fileprivate func finishClose() {
        state = .closed
        Self.openCount -= 1
        for waiter in waiters { waiter.resume() }
        waiters = []
    }
}

private func handleClosed(_ handle: UnsafeMutablePointer<uv_handle_t>?) {
    guard let data = handle?.pointee.data else { return }
    LoopActor.unsafeEnter(Unmanaged<Handle>.fromOpaque(data).takeRetainedValue()) { $0.finishClose() }
}
