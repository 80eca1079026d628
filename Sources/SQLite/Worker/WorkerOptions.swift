/// How the database worker opens and watches its database.
public struct WorkerOptions: Sendable {
    /// The writing connection.
    public var connection: ConnectionOptions
    /// Called on the worker's thread between the last statement of every batch and its commit.
    ///
    /// The seam of tests that hold a commit or make it fail; nil in programs.
    public var beforeCommit: (@Sendable () throws -> Void)?
    /// The log is checkpointed in a pause of writing once it has grown by this much.
    public var checkpointBytes = SQLiteLimits.checkpointBytes
    /// Submissions that may wait.
    public var queuedSubmissions = SQLiteLimits.queuedSubmissions

    /// Describes a worker.
    ///
    /// - Parameter path: The path of the database.
    public init(path: String) { connection = ConnectionOptions(path: path) }
}
