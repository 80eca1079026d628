internal import CUV
internal import Glibc

/// Follows a path part by part from a trusted folder, and no link on the way.
public enum PathWalk {
    /// Why a path is not taken.
    public struct Failure: Error, Hashable, Sendable {
        /// What was found.
        public enum Kind: Hashable, Sendable {
            /// A symbolic link, which may lead anywhere.
            case link
            /// Nothing.
            case missing
            /// Something that holds nothing below it.
            case notFolder
            /// The system refused; the words are its own.
            case refused(String)
        }

        /// What was found.
        public let kind: Kind
        /// Where on the way.
        public let path: String
    }

    /// `O_PATH`: the headers show it only to programs that ask for GNU; the same on every Linux we build for.
    private static let pathOnly: Int32 = 0o10_000_000

    /// Looks at every part below `root`; with `makesFolders` those that are missing are made, for everybody to enter.
    ///
    /// `root` itself may lead through links: whoever named it is trusted.
    public static func check(
        _ parts: [String], below root: String, makesFolders: Bool
    ) throws(Failure) {
        close(try walk(parts, below: root, makesFolders: makesFolders))
    }

    /// Reads a regular file below `root`, and that one only which the walk has found; nothing is waited for.
    public static func read(_ parts: [String], below root: String, limitBytes: Int) throws -> [UInt8] {
        let path = ([root] + parts).joined(separator: "/")
        guard let name = parts.last else { throw Failure(kind: .refused("it is no file"), path: root) }
        let folder = try walk(Array(parts.dropLast()), below: root, makesFolders: false)
        defer { close(folder) }
        let descriptor = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            // The kernel's word for a link that is not to be followed.
            guard errno == ELOOP else { throw failure(path) }
            throw Failure(kind: .link, path: path)
        }
        return try FileIO.readRegular(owning: descriptor, path, limitBytes)
    }

    /// The descriptor of the last part.
    private static func walk(
        _ parts: [String], below root: String, makesFolders: Bool
    ) throws(Failure) -> Int32 {
        var descriptor = open(root, pathOnly | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(root) }
        var path = root
        do throws(Failure) {
            for part in parts {
                let folder = path
                path += (path.hasSuffix("/") ? "" : "/") + part
                guard try isFolder(descriptor, folder) else { throw Failure(kind: .notFolder, path: folder) }
                let next = try step(descriptor, part, path, makesFolders: makesFolders)
                close(descriptor)
                descriptor = next
                guard try kind(descriptor, path) != S_IFLNK else { throw Failure(kind: .link, path: path) }
            }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func step(
        _ folder: Int32, _ part: String, _ path: String, makesFolders: Bool
    ) throws(Failure) -> Int32 {
        var next = openat(folder, part, pathOnly | O_NOFOLLOW | O_CLOEXEC)
        if next < 0, errno == ENOENT, makesFolders {
            guard mkdirat(folder, part, 0o755) == 0 || errno == EEXIST else { throw failure(path) }
            next = openat(folder, part, pathOnly | O_NOFOLLOW | O_CLOEXEC)
        }
        guard next >= 0 else { throw failure(path) }
        return next
    }

    private static func isFolder(_ descriptor: Int32, _ path: String) throws(Failure) -> Bool {
        try kind(descriptor, path) == S_IFDIR
    }

    private static func kind(_ descriptor: Int32, _ path: String) throws(Failure) -> mode_t {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path) }
        return status.st_mode & S_IFMT
    }

    private static func failure(_ path: String) -> Failure {
        let code = errno
        if code == ENOENT { return Failure(kind: .missing, path: path) }
        if code == ENOTDIR { return Failure(kind: .notFolder, path: path) }
        return Failure(kind: .refused(String(cString: strerror(code))), path: path)
    }
}
