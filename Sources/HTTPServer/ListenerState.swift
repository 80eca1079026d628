import EventLoop

/// One listener with its connections.
@LoopActor
final class ListenerState {
    unowned let server: HTTPServer
    private(set) var listener: Listener?
    private(set) var connections: [ObjectIdentifier: HTTPConnection] = [:]
    /// Who takes the socket of a connection that is about to be handed over.
    var upgrades: [ObjectIdentifier: @LoopActor @Sendable (Stream, [UInt8]) -> Void] = [:]

    private let listen: @LoopActor (ListenerState) throws -> Listener
    /// How many connections every address has.
    private var perAddress: [String: Int] = [:]
    private var retry: Timer?
    private let tls: ServerTLS?

    init(
        _ server: HTTPServer, tls: ServerTLS? = nil,
        _ listen: @escaping @LoopActor (ListenerState) throws -> Listener
    ) {
        self.server = server
        self.listen = listen
        self.tls = tls
    }

    /// Begins to listen.
    func open() throws {
        let listener = try listen(self)
        self.listener = listener
        listener.onFailure = { [weak self] in self?.failed($0) }
    }

    /// Accepts nothing more.
    func close() {
        retry?.close()
        retry = nil
        listener?.close()
    }

    func accepted(_ stream: Stream) {
        tls?.secure(stream)
        let isShort = listener?.isShortOfFiles == true
        if isShort { server.listenerFailed(Self.shortage) }
        // What is open stays open: there may be files behind it that matter more than whoever comes now.
        if !isShort, hasMostConnections { makeRoom() }
        let isFull = isShort || hasMostConnections
        let connection = HTTPConnection(stream, self)
        connections[ObjectIdentifier(connection)] = connection
        perAddress[connection.peerHost, default: 0] += 1
        if isFull { connection.refuseConnection() }
    }

    func closed(_ connection: HTTPConnection) {
        let key = ObjectIdentifier(connection)
        upgrades[key] = nil
        guard connections.removeValue(forKey: key) != nil else { return }
        let left = (perAddress[connection.peerHost] ?? 1) - 1
        perAddress[connection.peerHost] = left > 0 ? left : nil
        server.connectionClosed()
    }

    private var hasMostConnections: Bool { connections.count >= server.limits.connectionsPerListener }

    private static let shortage = LoopFailure(
        .tooManyFiles, operation: "accept",
        detail: "all but the files kept for the program itself are open")

    /// A listener that had to close listens anew as soon as it can; connections it has stay.
    private func failed(_ failure: LoopFailure) {
        server.listenerFailed(failure)
        guard let listener, !listener.isOpen, !server.isStopping else { return }
        listenLater()
    }

    private func listenLater() {
        let retry = retry ?? Timer()
        self.retry = retry
        retry.start(afterMilliseconds: HTTPServerLimits.listenAgainMilliseconds) { [weak self] in
            self?.listenAgain()
        }
    }

    private func listenAgain() {
        guard !server.isStopping else { return }
        do {
            try open()
        } catch {
            server.listenerFailed(error)
            listenLater()
        }
    }

    /// Closes connections that have not asked anything, of the address that has most of them: one machine that holds
    /// everything keeps nobody else out.
    private func makeRoom() {
        let greediest = perAddress.max { $0.value < $1.value }?.key
        let silent = connections.values.filter(\.isSilent)
        let theirs = silent.filter { $0.peerHost == greediest }
        let candidates = (theirs.isEmpty ? silent : theirs).sorted { $0.idleSince < $1.idleSince }
        let count = max(1, server.limits.connectionsPerListener / HTTPServerLimits.roomShare)
        for connection in candidates.prefix(count) { connection.close() }
    }
}
