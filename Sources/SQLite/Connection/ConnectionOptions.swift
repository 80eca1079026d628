/// Where a database is and how it is opened.
public struct ConnectionOptions: Sendable {
    /// How a connection may use the file.
    public enum Access: Sendable {
        /// Reads and writes; creates the file with mode 0600 if it is missing.
        case readWrite
        /// Reads a database that a writing connection of this process has open.
        case readOnly
        /// Reads a file that nobody changes meanwhile, without creating anything beside it.
        case immutable
    }

    /// The path of the file.
    public var path: String
    /// How the file may be used.
    public var access: Access
    /// How long a statement waits for another connection's lock.
    public var busyTimeoutMilliseconds = SQLiteLimits.busyTimeoutMilliseconds
    /// The size of the page cache.
    public var cacheKibibytes: Int
    /// The name of a registered SQLite file layer; nil for the system's.
    ///
    /// The seam of crash tests.
    public var fileLayer: String?
    /// Prepared statements to keep.
    public var cachedStatements = SQLiteLimits.cachedStatements

    /// Describes a connection.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - access: How it may be used.
    public init(path: String, access: Access = .readWrite) {
        self.path = path
        self.access = access
        cacheKibibytes =
            access == .readWrite ? SQLiteLimits.writerCacheKibibytes : SQLiteLimits.readerCacheKibibytes
    }
}
