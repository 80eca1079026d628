internal import CUV
internal import Glibc

/// Files that must never reach a disk.
public enum MemoryFile {
    /// `TMPFS_MAGIC` and `RAMFS_MAGIC` of the kernel's `magic.h`.
    private static let kinds: Set<UInt64> = [0x0102_1994, 0x8584_58F6]

    /// Whether the file system that holds `folder` lives in memory.
    public static func isInMemory(_ folder: String) throws -> Bool {
        var request = uv_fs_t()
        defer { uv_fs_req_cleanup(&request) }
        // Without a callback the call is done when it returns, on no loop.
        let status = uv_fs_statfs(nil, &request, folder, nil)
        guard status == 0, let figures = request.ptr?.assumingMemoryBound(to: uv_statfs_t.self) else {
            throw LoopFailure(status: status, operation: "look at", subject: folder)
        }
        return kinds.contains(figures.pointee.f_type)
    }

    /// Writes a file anew, for one owner; what was there before is never written into.
    public static func write(
        _ path: String, _ bytes: [UInt8], mode: UInt32, owner: (user: UInt32, group: UInt32)?
    )
        throws
    {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("replace", path) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("write", path) }
        defer { close(descriptor) }
        try FileIO.writeAll(descriptor, bytes, path)
        if let owner {
            guard fchown(descriptor, owner.user, owner.group) == 0 else { throw failure("give away", path) }
        }
        guard fchmod(descriptor, mode) == 0 else { throw failure("set mode", path) }
    }

    /// Gives a file another content where it lies: who has it mounted sees that; its owner and mode stay.
    ///
    /// Room is taken before the first byte changes, so that a full file system leaves the content as it was. Who reads
    /// meanwhile may see some of both.
    public static func rewrite(_ path: String, _ bytes: [UInt8]) throws {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure("write into", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("look at", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw LoopFailure(errno: EINVAL, operation: "write into", subject: path)
        }
        if bytes.count > status.st_size, posix_fallocate(descriptor, 0, off_t(bytes.count)) == ENOSPC {
            throw LoopFailure(errno: ENOSPC, operation: "write into", subject: path)
        }
        try FileIO.writeAll(descriptor, bytes, path)
        guard ftruncate(descriptor, off_t(bytes.count)) == 0 else { throw failure("shorten", path) }
    }

    private static func failure(_ operation: String, _ subject: String) -> LoopFailure {
        LoopFailure(errno: errno, operation: operation, subject: subject)
    }
}
