import EventLoop

/// A connection on its way to the pool thread of the one job that may use it.
// Safety: `JobTurn` lets one job at a time have it, and the loop's hand-over to the pool and back orders
// their memory accesses. The loop itself never calls into the connection.
struct ConnectionJob: @unchecked Sendable {
    private let connection: Connection

    init(owning connection: sending Connection) { self.connection = connection }

    /// Opens a connection on a pool thread.
    static func open(_ options: ConnectionOptions) async throws -> ConnectionJob {
        try await BlockingPool.run { ConnectionJob(owning: try Connection(options)) }
    }

    /// Runs `work` with the connection on a pool thread; the caller has the turn.
    ///
    /// "A job that runs is waited for": a cancelled caller ends its turn only after the thread is done.
    @LoopActor
    func run<Value: Sendable>(_ work: @escaping @Sendable (Connection) throws -> Value) async throws -> Value
    {
        try await BlockingPool.run {
            // A transaction left open would pin the log, or fail the next commit.
            defer { connection.rollBack() }
            return try work(connection)
        }
    }
}
