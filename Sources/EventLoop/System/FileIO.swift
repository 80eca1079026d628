internal import CUV
internal import Glibc
internal import Model

/// Small blocking file operations; on the loop only for small local files, otherwise on the `BlockingPool`.
public enum FileIO {
    /// Reads a whole file of at most `limitBytes`.
    public static func read(_ path: String, limitBytes: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read", path) }
        return try read(owning: descriptor, path, limitBytes)
    }

    /// As `read`, and nil when there is no such file; what is no regular file, such as a pipe that nobody writes to, is
    /// refused without waiting for it.
    public static func readRegularIfPresent(_ path: String, limitBytes: Int) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("read", path)
        }
        return try readRegular(owning: descriptor, path, limitBytes)
    }

    static func readRegular(owning descriptor: Int32, _ path: String, _ limitBytes: Int) throws -> [UInt8] {
        var status = stat()
        guard fstat(descriptor, &status) == 0, kind(status.st_mode) == .file else {
            close(descriptor)
            throw LoopFailure(.invalid, operation: "read", detail: "\(path) is no regular file")
        }
        return try read(owning: descriptor, path, limitBytes)
    }

    private static func read(owning descriptor: Int32, _ path: String, _ limitBytes: Int) throws -> [UInt8] {
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(EventLoopLimits.readSlabBytes, limitBytes + 1))
        while true {
            let count = retrying { Glibc.read(descriptor, &chunk, chunk.count) }
            guard count >= 0 else { throw failure("read", path) }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limitBytes else {
                throw LoopFailure(
                    .tooLarge, operation: "read", detail: "\(path) has more than \(limitBytes) bytes")
            }
        }
    }

    /// Reads the first bytes of a file and leaves the rest; for kernel files that may be long.
    public static func readStart(_ path: String, limitBytes: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(EventLoopLimits.readSlabBytes, limitBytes))
        while bytes.count < limitBytes {
            let wanted = min(chunk.count, limitBytes - bytes.count)
            let count = retrying { Glibc.read(descriptor, &chunk, wanted) }
            guard count >= 0 else { throw failure("read", path) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    /// The path with every link followed; as it stands while there is nothing at it.
    public static func resolved(_ path: String) -> String {
        guard let found = realpath(path, nil) else { return path }
        defer { free(found) }
        return String(cString: found)
    }

    /// Whether something is at a path, as far as this process may see.
    public static func isPresent(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// As `read`, and nil when there is no such file.
    public static func readIfPresent(_ path: String, limitBytes: Int) throws -> [UInt8]? {
        do {
            return try read(path, limitBytes: limitBytes)
        } catch let failure as LoopFailure where failure.code == .notFound {
            return nil
        }
    }

    /// Replaces a file so that after a crash either the old or the new content is there, whole.
    ///
    /// Writes beside it, syncs, renames, syncs the folder.
    public static func writeDurably(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o600) throws {
        let temporary = "\(path).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure("write", temporary) }
        do {
            defer { close(descriptor) }
            guard fchmod(descriptor, mode) == 0 else { throw failure("write", temporary) }
            try writeAll(descriptor, bytes, temporary)
            guard fsync(descriptor) == 0 else { throw failure("sync", temporary) }
        } catch {
            unlink(temporary)
            throw error
        }
        try rename(temporary, to: path)
        try syncFolder(of: path)
    }

    /// Renames within a file system, replacing what is there.
    public static func rename(_ path: String, to target: String) throws {
        guard Glibc.rename(path, target) == 0 else { throw failure("rename", path) }
    }

    /// Makes a folder and those above it; existing ones stay as they are.
    public static func makeFolders(_ path: String, mode: UInt32 = 0o755) throws {
        guard !path.isEmpty, path != "/", try followedKind(path) != .folder else { return }
        try makeFolders(folder(of: path), mode: mode)
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw failure("make folder", path) }
        guard try followedKind(path) == .folder else {
            throw LoopFailure(.exists, operation: "make folder", detail: "\(path) is not a folder")
        }
    }

    /// The names in a folder, sorted, without `.` and `..`.
    public static func list(_ path: String) throws -> [String] {
        guard let folder = opendir(path) else { throw failure("list", path) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a file; a missing one is fine.
    public static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }

    /// Removes an empty folder; a missing one is fine.
    public static func removeFolder(_ path: String) throws {
        guard rmdir(path) == 0 || errno == ENOENT else { throw failure("remove folder", path) }
    }

    /// What the file system knows about a path; nil when nothing is there.
    public static func status(_ path: String) throws -> FileStatus? {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("look at", path)
        }
        let milliseconds = Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
        return FileStatus(
            kind: kind(status.st_mode), sizeBytes: Int64(status.st_size),
            mode: UInt32(status.st_mode) & 0o7777,
            owner: status.st_uid, modified: Timestamp(milliseconds: milliseconds))
    }

    /// Sets the permission bits.
    public static func setMode(_ path: String, _ mode: UInt32) throws {
        guard chmod(path, mode) == 0 else { throw failure("set mode", path) }
    }

    /// Free and total bytes of the file system that holds `path`, as an unprivileged user sees them.
    public static func space(at path: String) throws -> (freeBytes: Int64, totalBytes: Int64) {
        var figures = statvfs()
        guard statvfs(path, &figures) == 0 else { throw failure("measure", path) }
        let unit = Int64(figures.f_frsize)
        return (Int64(figures.f_bavail) * unit, Int64(figures.f_blocks) * unit)
    }

    /// Makes the names in the folder that holds `path` survive a crash.
    public static func syncFolder(of path: String) throws {
        let descriptor = open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("sync folder of", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync folder of", path) }
    }

    static func writeAll(_ descriptor: Int32, _ bytes: [UInt8], _ subject: String) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = retrying { rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } }
            guard count > 0 else { throw failure("write", subject) }
            rest = rest.dropFirst(count)
        }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func followedKind(_ path: String) throws -> FileStatus.Kind? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw failure("look at", path)
        }
        return kind(status.st_mode)
    }

    private static func kind(_ mode: mode_t) -> FileStatus.Kind {
        switch mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        case S_IFSOCK: .socket
        case S_IFLNK: .link
        default: .other
        }
    }

    private static func failure(_ operation: String, _ subject: String) -> LoopFailure {
        LoopFailure(errno: errno, operation: operation, subject: subject)
    }

    private static func retrying(_ call: () -> Int) -> Int {
        while true {
            let count = call()
            if count >= 0 || errno != EINTR { return count }
        }
    }
}
