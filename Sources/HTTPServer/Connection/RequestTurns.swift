import EventLoop

/// Lets connections with further requests take turns: each gets one request in a turn of the loop, behind what the
/// poll brought, so that nobody who pipelines thousands holds up the others.
@LoopActor
final class RequestTurns {
    private var waiting: [HTTPConnection] = []

    /// Gives the connection a turn in the loop's next one; each stands here once.
    func wait(_ connection: HTTPConnection) {
        waiting.append(connection)
        guard waiting.count == 1 else { return }
        EventLoop.inNextTurn { [self] in giveTurns() }
    }

    private func giveTurns() {
        var connections: [HTTPConnection] = []
        swap(&waiting, &connections)
        for connection in connections { connection.turnCame() }
    }
}
