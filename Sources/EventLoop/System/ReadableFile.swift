internal import CUV
internal import Glibc

/// A file open for reading at any place, from any thread.
public final class ReadableFile: Sendable {
    /// How many bytes it had when it was opened.
    public let sizeBytes: Int64
    private let descriptor: Int32
    private let path: String

    /// Opens a file.
    public init(_ path: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw LoopFailure(errno: errno, operation: "open", subject: path) }
        self.path = path
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let number = errno
            close(descriptor)
            throw LoopFailure(errno: number, operation: "look at", subject: path)
        }
        sizeBytes = Int64(status.st_size)
    }

    deinit { close(descriptor) }

    /// Reads up to `count` bytes from `offset`; none at the end.
    ///
    /// It blocks: large files belong on the `BlockingPool`.
    public func read(at offset: Int64, count: Int) throws -> [UInt8] {
        let found = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
        }
        guard !found.isEmpty || offset >= sizeBytes else {
            throw LoopFailure(.ended, operation: "read", detail: "\(path) ends before its size")
        }
        return found
    }
}
