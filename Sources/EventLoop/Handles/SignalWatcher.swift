internal import CUV
internal import Glibc

/// Calls back on the loop when the process gets a signal.
@LoopActor
public final class SignalWatcher: Handle {
    /// The signals daemons and tools react to.
    public enum Signal: Sendable, CaseIterable {
        /// SIGHUP: read files named by settings again.
        case hangUp
        /// SIGINT: the operator's Ctrl-C.
        case interrupt
        /// SIGTERM: end in good order.
        case terminate
        /// SIGUSR1.
        case user1
        /// SIGUSR2.
        case user2
        /// SIGCHLD: a child ended.
        case child
        /// SIGWINCH: the terminal has another size.
        case windowChange

        var number: Int32 {
            switch self {
            case .hangUp: SIGHUP
            case .interrupt: SIGINT
            case .terminate: SIGTERM
            case .user1: SIGUSR1
            case .user2: SIGUSR2
            case .child: SIGCHLD
            case .windowChange: SIGWINCH
            }
        }
    }

    private var received: (@LoopActor () -> Void)?

    /// Makes a watcher that watches nothing yet.
    public init() {
        super.init(UV_SIGNAL)
        uv_signal_init(LoopExecutor.shared.loop, watcher)
        opened()
    }

    /// Watches `signal` until `stop()` or `close()`; the default action no longer happens.
    public func start(_ signal: Signal, _ received: @escaping @LoopActor () -> Void) throws {
        guard isOpen else { return }
        let status = uv_signal_start(watcher, signalReceived, signal.number)
        guard status == 0 else {
            throw LoopFailure(status: status, operation: "watch signal", subject: "\(signal)")
        }
        self.received = received
    }

    /// Stops watching; the signal's default action is back when no other watcher is left.
    public func stop() {
        guard isOpen else { return }
        uv_signal_stop(watcher)
        received = nil
    }

    override func closing() { received = nil }

    private var watcher: UnsafeMutablePointer<uv_signal_t> { raw.assumingMemoryBound(to: uv_signal_t.self) }

    fileprivate func fired() { received?() }
}

private func signalReceived(_ handle: UnsafeMutablePointer<uv_signal_t>?, _ number: Int32) {
    guard let data = handle?.pointee.data else { return }
    LoopActor.unsafeEnter(Unmanaged<SignalWatcher>.fromOpaque(data).takeUnretainedValue()) { $0.fired() }
}
