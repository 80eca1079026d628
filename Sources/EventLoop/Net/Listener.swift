internal import CUV
internal import Glibc

/// Accepts connections on a TCP port or a Unix socket.
///
/// Out of file descriptors, libuv sheds the waiting connections with its reserve descriptor; when even that is
/// gone this listener spends a reserve of its own, rests for `acceptRetryMilliseconds` and goes on. Only when that is
/// gone too it closes, since libuv would try for ever: `onFailure` hears of it and may listen anew.
@LoopActor
public final class Listener: Handle {
    /// Gets every accepted connection; without it they are closed at once.
    public var onConnection: (@LoopActor (Stream) -> Void)?
    /// Hears why accepting failed; the listener goes on unless `isOpen` is false by then.
    public var onFailure: (@LoopActor (LoopFailure) -> Void)?
    /// Whether connections are being accepted.
    public var isAccepting: Bool { isOpen && !paused && !resting }

    /// Whether the last connection took one of the descriptors that should be left to files; it is for the owner to
    /// give it back.
    public private(set) var isShortOfFiles = false

    private let kind: Stream.Kind
    private var paused = false
    private var resting = false
    private var oneIsWaiting = false
    private var failures = 0
    private var reserve: Int32
    private var retry: Timer?

    private init(_ kind: Stream.Kind) {
        self.kind = kind
        reserve = Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
        let loop = LoopExecutor.shared.loop
        switch kind {
        case .tcp:
            super.init(UV_TCP)
            uv_tcp_init(loop, raw.assumingMemoryBound(to: uv_tcp_t.self))
        case .pipe:
            super.init(UV_NAMED_PIPE)
            uv_pipe_init(loop, raw.assumingMemoryBound(to: uv_pipe_t.self), 0)
        }
        opened()
    }

    /// Listens on a numeric address (or `localhost`); port 0 lets the system choose.
    public static func tcp(
        host: String, port: UInt16, _ onConnection: (@LoopActor (Stream) -> Void)? = nil
    ) throws -> Listener {
        let numeric = host == "localhost" ? "127.0.0.1" : host
        guard let address = SocketAddress(numericHost: numeric, port: port) else {
            throw LoopFailure(.invalid, operation: "listen", detail: "'\(host)' is not a numeric address")
        }
        return try started(Listener(.tcp), "\(address)", onConnection) { listener in
            let tcp = listener.raw.assumingMemoryBound(to: uv_tcp_t.self)
            return address.withSystemAddress { uv_tcp_bind(tcp, $0, 0) } ?? UV_EINVAL.rawValue
        }
    }

    /// Listens on a Unix socket with this mode; a socket file nobody listens on any more is replaced.
    public static func unix(
        path: String, mode: UInt32 = 0o600, _ onConnection: (@LoopActor (Stream) -> Void)? = nil
    ) throws -> Listener {
        try UnixSocketFile.makeRoom(at: path)
        return try started(Listener(.pipe), "unix:\(path)", onConnection) { listener in
            let status = uv_pipe_bind(listener.raw.assumingMemoryBound(to: uv_pipe_t.self), path)
            // Nobody can connect before `listen`, so the mode is in force in time.
            return status == 0 && chmod(path, mode) != 0 ? -errno : status
        }
    }

    /// The TCP port listened on; 0 for a Unix socket.
    public var port: UInt16 { localAddress?.port ?? 0 }

    /// The TCP address listened on; nil for a Unix socket.
    public var localAddress: SocketAddress? {
        guard isOpen, kind == .tcp else { return nil }
        return ipAddress(of: raw) { uv_tcp_getsockname($0, $1, $2) }
    }

    /// Leaves new connections in the kernel; one that is already taken waits inside.
    public func pause() { paused = true }

    /// Accepts again.
    public func resume() {
        guard paused else { return }
        paused = false
        takeWaiting()
    }

    override func closing() {
        onConnection = nil
        onFailure = nil
        retry?.close()
        retry = nil
        if reserve >= 0 { Glibc.close(reserve) }
        reserve = -1
    }

    private static func started(
        _ listener: Listener, _ subject: String, _ onConnection: (@LoopActor (Stream) -> Void)?,
        _ bind: (Listener) -> Int32
    ) throws -> Listener {
        var status = bind(listener)
        if status == 0 {
            let stream = listener.raw.assumingMemoryBound(to: uv_stream_t.self)
            status = uv_listen(stream, EventLoopLimits.listenBacklog, connectionWaiting)
        }
        guard status == 0 else {
            listener.close()
            throw LoopFailure(status: status, operation: "listen", subject: subject)
        }
        listener.onConnection = onConnection
        return listener
    }

    fileprivate func connectionArrived(_ status: Int32) {
        guard isOpen else { return }
        guard status == 0 else { return acceptFailed(status) }
        failures = 0
        oneIsWaiting = true
        // A connection not taken here makes libuv stop accepting until it is.
        if !paused, !resting { takeWaiting() }
    }

    private func takeWaiting() {
        guard isOpen, oneIsWaiting, !paused, !resting else { return }
        guard let stream = acceptWaiting() else { return }
        guard let onConnection else { return stream.close() }
        stream.setNoDelay(true)
        isShortOfFiles = stream.descriptor.map(OpenFiles.areScarce(after:)) ?? false
        onConnection(stream)
    }

    private func acceptWaiting() -> Stream? {
        guard oneIsWaiting else { return nil }
        oneIsWaiting = false
        let stream = Stream(kind)
        let status = uv_accept(raw.assumingMemoryBound(to: uv_stream_t.self), stream.stream)
        guard status == 0 else {
            stream.close()
            onFailure?(LoopFailure(status: status, operation: "accept", subject: ""))
            return nil
        }
        return stream
    }

    /// libuv repeats a failed accept at once, so the reserve descriptor is spent to let one succeed and wait.
    private func acceptFailed(_ status: Int32) {
        failures += 1
        let failure = LoopFailure(status: status, operation: "accept", subject: "")
        if failure.code == .tooManyFiles, reserve >= 0 {
            Glibc.close(reserve)
            reserve = -1
            rest()
        }
        let gaveUp = failures >= EventLoopLimits.acceptFailuresInARow
        let report = onFailure
        if gaveUp { close() }
        report?(failure)
    }

    private func rest() {
        resting = true
        let retry = retry ?? Timer()
        self.retry = retry
        retry.start(afterMilliseconds: EventLoopLimits.acceptRetryMilliseconds) { [weak self] in
            self?.rested()
        }
    }

    /// Goes on once the reserve is back; while nothing came free, the waiting connection is given up for it.
    private func rested() {
        openReserve()
        if reserve < 0, let stream = acceptWaiting() {
            stream.close()
            openReserve()
        }
        guard isOpen else { return }
        guard reserve >= 0 else { return rest() }
        resting = false
        takeWaiting()
    }

    private func openReserve() {
        if reserve < 0 { reserve = Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC) }
    }
}

private func connectionWaiting(_ handle: UnsafeMutablePointer<uv_stream_t>?, _ status: Int32) {
    guard let data = handle?.pointee.data else { return }
    let listener = Unmanaged<Listener>.fromOpaque(data).takeUnretainedValue()
    LoopActor.unsafeEnter((listener, status)) { $0.0.connectionArrived($0.1) }
}
