import Glibc

/// What this module does with files outside SQLite.
enum DatabaseFile {
    /// The files SQLite keeps beside a database.
    static let companions = ["-wal", "-shm", "-journal"]

    /// The size of a file; nil when there is none.
    static func size(of path: String) throws(SQLiteFailure) -> Int64? {
        var status = stat()
        guard stat(path, &status) != 0 else { return Int64(status.st_size) }
        guard SystemError.current == ENOENT else { throw .system(.cannotOpen, operation: "look at \(path)") }
        return nil
    }

    /// Creates a missing file with mode 0600 and takes other users' rights from an existing one.
    ///
    /// SQLite gives its companions the mode of the database.
    static func createPrivately(at path: String) throws(SQLiteFailure) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(.cannotOpen, operation: "open \(path)") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .system(.cannotOpen, operation: "look at \(path)")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SQLiteFailure(.cannotOpen, operation: "open \(path)", detail: "it is not a regular file")
        }
        guard status.st_mode & 0o077 != 0 else { return }
        guard fchmod(descriptor, 0o600) == 0 else { throw .system(.cannotOpen, operation: "protect \(path)") }
    }

    /// Makes a file's content durable.
    static func synchronize(_ path: String) throws(SQLiteFailure) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(.inputOutput, operation: "open \(path)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(.inputOutput, operation: "synchronize \(path)") }
    }

    /// Gives a finished file its name, durably.
    static func rename(_ source: String, to target: String) throws(SQLiteFailure) {
        guard Glibc.rename(source, target) == 0 else {
            throw .system(.inputOutput, operation: "rename \(source) to \(target)")
        }
        try synchronize(directory(of: target))
    }

    /// Gives a file a second name, durably.
    static func link(_ path: String, as second: String) throws(SQLiteFailure) {
        guard Glibc.link(path, second) == 0 else {
            throw .system(.inputOutput, operation: "keep \(path) as \(second)")
        }
        try synchronize(directory(of: second))
    }

    /// Removes a file if it is there.
    static func remove(_ path: String) throws(SQLiteFailure) {
        guard unlink(path) != 0, SystemError.current != ENOENT else { return }
        throw .system(.inputOutput, operation: "remove \(path)")
    }

    /// Copies a file's bytes into a new file with mode 0600.
    static func copy(_ source: String, to target: String) throws(SQLiteFailure) {
        let reader = Glibc.open(source, O_RDONLY | O_CLOEXEC)
        guard reader >= 0 else { throw .system(.inputOutput, operation: "open \(source)") }
        defer { close(reader) }
        let writer = Glibc.open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard writer >= 0 else { throw .system(.inputOutput, operation: "create \(target)") }
        defer { close(writer) }
        while true {
            let moved = sendfile(writer, reader, nil, SQLiteLimits.copyChunkBytes)
            guard moved >= 0 else { throw .system(.inputOutput, operation: "copy \(source)") }
            guard moved > 0 else { return }
        }
    }

    /// Makes a folder nobody else can enter.
    static func temporaryFolder() throws(SQLiteFailure) -> String {
        var template = Array("/tmp/fledx-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw .system(.inputOutput, operation: "create a temporary folder")
        }
        return String(cString: made)
    }

    /// Removes a folder that is empty.
    static func removeFolder(_ path: String) throws(SQLiteFailure) {
        guard rmdir(path) == 0 else { throw .system(.inputOutput, operation: "remove \(path)") }
    }

    /// The folder a path lies in.
    static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A path as it stands in a `file:` address.
    static func percentEncoded(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"),
                UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                text.append(byte)
            default:
                text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
