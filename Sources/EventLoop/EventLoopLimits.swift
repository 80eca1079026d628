/// The bounds of this module, each with its reason.
public enum EventLoopLimits {
    /// Jobs run in one turn before I/O gets its turn.
    public static let jobsPerTurn = 1024
    /// The one read buffer of the loop; a full-size buffer lets libuv stop after one `read()`.
    public static let readSlabBytes = 64 * 1024
    /// Bytes a stream queues for a peer that does not read; past it the stream fails with `.queueFull`.
    public static let streamQueuedBytes = 8 * 1024 * 1024
    /// Received bytes a byte channel holds before it stops reading.
    public static let channelBufferedBytes = 256 * 1024
    /// How long what came before a connection broke may be read.
    public static let breakageMilliseconds: Int64 = 2_000
    /// Connections the kernel holds for a listener that has not accepted them yet.
    public static let listenBacklog: Int32 = 511
    /// Descriptors that connections leave to the program's own files: databases, logs, answers of its children.
    public static let sparedFiles: Int32 = 32
    /// How long a listener rests after running out of file descriptors.
    public static let acceptRetryMilliseconds: Int64 = 100
    /// Accept failures in a row, within one call of libuv's, after which a listener closes.
    public static let acceptFailuresInARow = 64
    /// The longest path a Unix socket address can hold.
    public static let unixPathBytes = 107
    /// How long a name lookup may take when the caller does not say.
    public static let lookupMilliseconds: Int64 = 10_000
    /// Idle seconds after which TCP keepalive probes a silent peer.
    public static let keepaliveSeconds: UInt32 = 60
    /// Probes without an answer after which it counts as gone.
    public static let keepaliveProbes: UInt32 = 6
    /// Bytes that a program which saves memory takes from the system at a time, and keeps at the heap's end.
    static let spareHeapBytes: Int32 = 16 * 1024
    /// From here on a program which saves memory has a buffer outside the heap, gone when it is freed.
    static let largeBufferBytes: Int32 = 32 * 1024
    /// The same while much is carried.
    static let carryingHeapBytes: Int32 = 1 << 21
    /// What stays at the heap's end when what is free is given back.
    static let spareHeapTrimBytes = 1 << 14
    /// Pages below the stack in use that are given back; fewer than the gap the kernel keeps below a stack.
    static let stackPages = 128
    /// Small kernel files (`/proc`) are never longer than this.
    public static let kernelFileBytes = 256 * 1024
}
