public import EventLoop
import HTTP1
import Model
import TLS

/// An HTTP/1.1 server on the loop: any number of listeners, one responder.
///
/// Handlers answer at once where they can; a task exists only while one waits. An open server is held by its
/// listeners and connections; `stop` lets go of everything.
@LoopActor
public final class HTTPServer {
    let responder: any HTTPResponder
    let limits: HTTPServerLimits
    private(set) var isStopping = false
    private(set) lazy var sweeper = DeadlineSweeper { [unowned self] in sweep($0) }
    let turns = RequestTurns()
    /// The buffer that connections build their output in, one at a time.
    var scratch: [UInt8] = []
    let requestIDName = Array("x-request-id: ".utf8)

    private var configuration: HTTPServerConfiguration
    private var listeners: [ListenerState] = []
    private let quiet = Gate()
    private var dateText: [UInt8]?
    private var dateAge = Int64.min
    private var nextListenerReport = Int64.min

    /// Makes a server that does not listen yet.
    public init(_ responder: any HTTPResponder, _ configuration: HTTPServerConfiguration) {
        self.responder = responder
        self.configuration = configuration
        limits = configuration.limits
    }

    /// Listens on a numeric address or `localhost`, and returns the port.
    ///
    /// Port 0 lets the system choose. With `tls` nothing else is spoken there; the handshake has the time of a head.
    @discardableResult
    public func listenTCP(host: String, port: UInt16, tls: ServerTLS? = nil) throws -> UInt16 {
        var chosen = port
        let state = ListenerState(self, tls: tls) { [self] state in
            let listener = try Listener.tcp(host: host, port: chosen) { [self] in accepted($0, state) }
            // Listening anew later has to be at the same port.
            chosen = listener.port
            return listener
        }
        try state.open()
        listeners.append(state)
        return chosen
    }

    /// Listens on a Unix socket.
    public func listenUnix(path: String, mode: UInt32 = 0o600) throws {
        let state = ListenerState(self) { [self] state in
            try Listener.unix(path: path, mode: mode) { [self] in accepted($0, state) }
        }
        try state.open()
        listeners.append(state)
    }

    /// Open connections of all listeners; upgraded ones are no longer the server's.
    public var connectionCount: Int { listeners.reduce(0) { $0 + $1.connections.count } }

    /// Stops accepting, closes idle connections, lets the others answer what they have begun, and cuts what is
    /// left at the deadline.
    public func stop(deadlineMilliseconds: Int64) async {
        isStopping = true
        for state in listeners { state.close() }
        forEachConnection { if $0.isIdle { $0.close() } }
        try? await quiet.until(deadlineMilliseconds: deadlineMilliseconds, operation: "drain") {
            connectionCount == 0
        }
        forEachConnection {
            $0.abort(LoopFailure(.closed, operation: "serve", detail: "the server stopped"))
            $0.close()
        }
        sweeper.close()
    }

    /// Tells of a listener's trouble once, however often it repeats; what comes after a quiet time is told again.
    func listenerFailed(_ error: any Error) {
        let now = EventLoop.now.milliseconds
        let isNew = now >= nextListenerReport
        nextListenerReport = now + HTTPServerLimits.listenerQuietMilliseconds
        guard isNew else { return }
        configuration.onListenerTrouble?(error)
    }

    func connectionClosed() { if isStopping { quiet.changed() } }

    /// The request's own id when it is 1 to 128 visible ASCII characters, else a new one.
    func requestID(_ headers: HTTPHeaders) -> String {
        if let given = headers["x-request-id"], (1...128).contains(given.utf8.count),
            given.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        {
            return given
        }
        return configuration.ids.nextUUID().description
    }

    /// The clock reading for a new exchange; not taken when nobody listens.
    var startNanoseconds: UInt64 { configuration.onExchange == nil ? 0 : EventLoop.hrtimeNanoseconds }

    /// The value of `Date`, at most half a second old.
    var date: [UInt8]? {
        guard let time = configuration.time else { return nil }
        let now = EventLoop.now.milliseconds
        if dateText == nil || now - dateAge >= 500 {
            dateAge = now
            dateText = Array(HTTPDate.render(time.now().wall).utf8)
        }
        return dateText
    }

    /// The answer to whatever a handler or hook threw.
    func response(for error: any Error, _ request: HTTPRequest) -> HTTPResponse {
        if let rejection = error as? HTTPRejection { return rejection.response(requestID: request.requestID) }
        report(error, request)
        let rejection = HTTPRejection(
            .internalServerError, "internal_error",
            "something went wrong here; the log has it under the request id")
        return rejection.response(requestID: request.requestID)
    }

    func report(_ error: any Error, _ request: HTTPRequest) {
        guard !(error is HTTPRejection), !(error is CancellationError) else { return }
        configuration.onHandlerError?(error, request.requestID)
    }

    /// A connection that broke before its request could be read is nobody's exchange; TLS says why.
    func connectionFailed(_ failure: LoopFailure, _ connection: HTTPConnection) {
        guard let cause = failure.cause as? TLSFailure else { return }
        configuration.onTLSFailure?(cause, connection.peer)
    }

    func log(_ exchange: Exchange, _ connection: HTTPConnection, aborted: Bool) {
        guard let hear = configuration.onExchange else { return }
        let request = exchange.request
        hear(
            AccessRecord(
                method: request.method == .other("-") ? nil : request.method, path: request.target.path,
                route: request.route, status: exchange.status, requestID: request.requestID,
                peer: connection.peer,
                client: configuration.clientAddress?(connection.peer, request.headers),
                requestBytes: exchange.requestBytes,
                responseBytes: exchange.responseBytes,
                durationNanoseconds: EventLoop.hrtimeNanoseconds &- exchange.startedNanoseconds,
                aborted: aborted))
    }

    private func accepted(_ stream: Stream, _ state: ListenerState) {
        guard !isStopping else { return stream.close() }
        state.accepted(stream)
    }

    private func forEachConnection(_ body: @LoopActor (HTTPConnection) -> Void) {
        for state in listeners {
            for connection in Array(state.connections.values) { body(connection) }
        }
    }

    /// Shows every connection the clock; the earliest deadline left is returned.
    private func sweep(_ now: Int64) -> Int64 {
        var next = Int64.max
        forEachConnection {
            if min($0.phaseDeadline, $0.writeDeadline) <= now { $0.checkDeadlines(now) }
            next = min(next, $0.phaseDeadline, $0.writeDeadline)
        }
        return next
    }
}
