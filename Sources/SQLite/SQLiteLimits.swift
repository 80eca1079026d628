/// Every bound of this module, by name.
public enum SQLiteLimits {
    /// How long a statement waits for another connection's lock.
    public static let busyTimeoutMilliseconds = 2_000
    /// Prepared statements a connection keeps; the one unused for longest is dropped beyond it.
    public static let cachedStatements = 128
    /// Page cache of the writing connection.
    public static let writerCacheKibibytes = 4_096
    /// Page cache of the reading connection.
    public static let readerCacheKibibytes = 1_024
    /// The write-ahead log is checkpointed in a pause of writing once it has grown by this much.
    public static let checkpointBytes: Int64 = 4 << 20
    /// The write-ahead log is checkpointed even under load once it has grown by this much.
    public static let urgentCheckpointBytes: Int64 = 16 << 20
    /// The write-ahead log's file is cut back to this size when it is reset.
    public static let keptLogBytes = 8 << 20
    /// Submissions waiting for the database worker; more are refused with `storage_busy`.
    public static let queuedSubmissions = 16_384
    /// Estimated bytes waiting for the database worker; more are refused with `storage_busy`.
    public static let queuedBytes = 32 << 20
    /// Actions waiting behind the commit barrier; more are told `storage_busy` at once.
    public static let barrierWaiters = 65_536
    /// Jobs waiting for a connection; more are refused with `storage_busy`.
    public static let waitingJobs = 64
    /// Rows one history read may return.
    public static let historyRows = 1_000
    /// How long one history read may take, waiting included.
    public static let historyDeadlineMilliseconds: Int64 = 2_000
    /// How long a caller waits for a commit before it is told that the disk hangs.
    public static let commitWaitMilliseconds: Int64 = 60_000
    /// How long a job waits for the connection.
    public static let turnMilliseconds: Int64 = 60_000
    /// How long closing waits for the disk when the caller does not say.
    public static let closeMilliseconds: Int64 = 30_000
    /// How long an online copy may take in all.
    public static let backupMilliseconds: Int64 = 600_000
    /// Pages an online copy takes at a time; the writer waits for one such step at most.
    public static let backupStepPages = 64
    /// Milliseconds between two steps of an online copy.
    public static let backupPauseMilliseconds: Int64 = 1
    /// Pages of an online copy after which it is made durable so far, beside the writer.
    static let backupSyncPages = 1_024
    /// Page cache of the copy that is being written.
    static let backupCacheKibibytes = 512
    /// Faults of a damaged file that are told.
    static let toldFaults = 10
    /// Free pages from which on the file is cut back, if they are also a quarter of it.
    static let keptFreePages = 4_096
    /// Free pages given back in one pause of writing.
    static let trimmedPages = 512
    /// Virtual-machine instructions between two looks at the clock.
    static let progressInstructions: Int32 = 1_000
    /// What a probe writes to show that space is back.
    static let probeBytes = 65_536
    /// How much of a statement's text an error shows.
    static let shownStatementCharacters = 160
    /// Lost ranges of sequence numbers the barrier tells apart.
    static let lostRanges = 16
    /// A page of 4 KiB (set at creation) with its header in the log.
    static let logFrameBytes: Int64 = 4_096 + 24
    /// The piece in which a file is copied.
    static let copyChunkBytes = 1 << 20
}
