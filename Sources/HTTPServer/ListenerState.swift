import EventLoop

/// One listener with its connections.
@LoopActor
final class ListenerState {
    unowned let server: HTTPServer
    var listener: Listener?
    var connections: [ObjectIdentifier: HTTPConnection] = [:]
    /// Who takes the socket of a connection that is about to be handed over.
    var upgrades: [ObjectIdentifier: @LoopActor @Sendable (Stream, [UInt8]) -> Void] = [:]

    init(_ server: HTTPServer) { self.server = server }

    func accepted(_ stream: Stream) {
        if connections.count >= server.limits.connectionsPerListener { makeRoom() }
        let isFull = connections.count >= server.limits.connectionsPerListener
        let connection = HTTPConnection(stream, self)
        connections[ObjectIdentifier(connection)] = connection
        if isFull { connection.refuseConnection() }
    }

    func closed(_ connection: HTTPConnection) {
        let key = ObjectIdentifier(connection)
        upgrades[key] = nil
        guard connections.removeValue(forKey: key) != nil else { return }
        server.connectionClosed()
    }

    /// Closes the connection that has been idle longest.
    private func makeRoom() {
        var oldest: HTTPConnection?
        for connection in connections.values where connection.isIdle {
            if connection.idleSince < oldest?.idleSince ?? .max { oldest = connection }
        }
        oldest?.close()
    }
}
