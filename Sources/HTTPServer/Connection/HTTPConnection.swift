import EventLoop
import HTTP1
import Model

/// One client's socket: reads requests in order, answers them in order, one at a time.
///
/// Requests that arrive behind an unfinished one wait as bytes, up to a bound; then reading stops. One request begins
/// in a turn of the loop, so that those who pipeline do not starve those who do not.
@LoopActor
final class HTTPConnection: StreamHandler {
    /// What the connection is there for.
    enum Mode { case serving, lingering, handedOver, closed }

    let stream: Stream
    unowned let listener: ListenerState
    /// Held: an open connection keeps its server, which lets go of it when it closes.
    let server: HTTPServer
    let peer: String
    /// The peer's address without its port.
    let peerHost: String
    let isLoopbackPeer: Bool
    var mode = Mode.serving
    var exchange: Exchange?
    var decoder: HTTP1RequestDecoder
    /// Bytes read that nobody has looked at yet.
    var held = HeldBytes()
    /// Bytes ready to be written at the end of this turn's work.
    var output: [UInt8] = []
    var isProcessing = false
    var peerEnded = false
    /// The loop's turn in which a request last began here; the next one has to wait for another turn.
    var lastTurn = -1
    private var waitsForTurn = false
    /// When the phase at work must be over, in milliseconds of the loop's clock.
    var phaseDeadline = Int64.max
    /// When the peer must have taken something of what is queued.
    var writeDeadline = Int64.max
    /// What the peer had taken when that time was set.
    var takenBefore = 0
    /// How many requests have begun.
    var begun = 0
    var phase = Phase.idle
    /// Which request the phase belongs to.
    var phaseSerial = 0
    /// Since when nothing has been asked; orders the idle ones.
    var idleSince: Int64 = 0

    var limits: HTTPServerLimits { server.limits }

    init(_ stream: Stream, _ listener: ListenerState) {
        self.stream = stream
        self.listener = listener
        server = listener.server
        let address = stream.peerAddress
        peer = address?.description ?? ""
        peerHost = address?.host ?? ""
        isLoopbackPeer = address?.isLoopback ?? false
        decoder = HTTP1RequestDecoder(limits: listener.server.limits.codec)
        idleSince = EventLoop.now.milliseconds
        stream.handler = self
        stream.maximumQueuedBytes = .max
        stream.startReading()
        settle()
    }

    /// True while closing the connection loses nothing: no request is begun or unanswered.
    var isIdle: Bool {
        mode == .serving && exchange == nil && held.isEmpty && decoder.isIdle && stream.queuedBytes == 0
    }

    /// True while no whole request head has come: idle, or one that takes its time with the next head.
    var isSilent: Bool {
        mode == .serving && exchange == nil && held.isEmpty && stream.queuedBytes == 0
    }

    func streamReceived(_ stream: Stream, _ bytes: UnsafeRawBufferPointer) {
        guard mode == .serving else { return }
        guard held.isEmpty, canGoOn, hasTurn else {
            unsafe held.append(contentsOf: bytes)
            return settle()
        }
        let looked = process(unsafe Span<UInt8>(_unsafeBytes: bytes))
        if mode == .serving, looked < bytes.count {
            unsafe held.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[looked...]))
        } else if mode == .handedOver {
            unsafe handOver(Array(bytes[looked...]))
        }
        flush()
        processHeld()
        settle()
    }

    func streamEnded(_ stream: Stream) {
        peerEnded = true
        switch mode {
        case .lingering: if stream.queuedBytes == 0 { close() }
        case .serving: endReceived()
        case .handedOver, .closed: break
        }
    }

    func streamFailed(_ stream: Stream, _ failure: LoopFailure) {
        server.connectionFailed(failure, self)
        abort(failure)
    }

    func streamDrained(_ stream: Stream) {
        writeDeadline = .max
        if mode == .lingering, peerEnded { return close() }
        exchange?.writer?.drained()
        advance()
    }

    /// Whether a request may begin now.
    var hasTurn: Bool { exchange != nil || lastTurn != EventLoop.turn }

    /// Asks for a turn when there may be another request.
    func settleTurn() {
        guard !waitsForTurn, exchange == nil, !held.isEmpty, !hasTurn else { return }
        waitsForTurn = true
        server.turns.wait(self)
    }

    func turnCame() {
        waitsForTurn = false
        advance()
    }

    /// The peer will not ask again; what it has asked is still answered unless its answer is an endless stream.
    private func endReceived() {
        if let exchange {
            if !exchange.isReceived {
                return abort(
                    LoopFailure(.ended, operation: "read", detail: "the client ended inside a request"))
            }
            if exchange.progress == .streaming {
                return abort(
                    LoopFailure(.ended, operation: "write", detail: "the client left during the response"))
            }
            return
        }
        if held.isEmpty { closeWhenWritten() } else { advance() }
    }

    /// Closes at once and lets go of everything.
    func close() {
        guard mode != .closed else { return }
        mode = .closed
        phaseDeadline = .max
        writeDeadline = .max
        held = HeldBytes()
        stream.close()
        listener.closed(self)
    }

    /// Closes because the connection broke; work for it is cancelled.
    func abort(_ error: any Error) {
        guard mode != .closed, mode != .handedOver else { return }
        let exchange = exchange
        self.exchange = nil
        if let exchange {
            exchange.abandon(error)
            server.log(exchange, self, aborted: exchange.progress != .answered)
        }
        close()
    }
}
