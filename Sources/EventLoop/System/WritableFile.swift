internal import Glibc

/// A new file that gets its name only when it is whole and durable; until then it is `PATH.partial`.
@LoopActor
public final class WritableFile {
    private let path: String
    private let partial: String
    private var descriptor: Int32
    private var written: Int64 = 0

    /// Creates the partial file with mode 0600.
    public init(replacing path: String) throws {
        self.path = path
        partial = path + ".partial"
        descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw LoopFailure(errno: errno, operation: "write", subject: partial) }
    }

    isolated deinit { abandon() }

    /// Adds bytes at the end.
    public func append(_ bytes: [UInt8]) throws {
        try FileIO.writeAll(descriptor, bytes, partial)
        written += Int64(bytes.count)
    }

    /// Makes the file durable and gives it its name; its size is returned.
    public func finish() throws -> Int64 {
        guard fsync(descriptor) == 0 else {
            throw LoopFailure(errno: errno, operation: "sync", subject: partial)
        }
        close(descriptor)
        descriptor = -1
        try FileIO.rename(partial, to: path)
        try FileIO.syncFolder(of: path)
        return written
    }

    /// Removes what was written so far; after `finish` nothing happens.
    public func abandon() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlink(partial)
    }
}
