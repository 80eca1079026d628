internal import CUV
internal import Glibc

/// Deals with the file a Unix socket leaves behind.
enum UnixSocketFile {
    /// Removes a socket nobody listens on; throws when the path is in use or is something else.
    static func makeRoom(at path: String) throws {
        guard path.utf8.count <= EventLoopLimits.unixPathBytes else {
            throw LoopFailure(
                .invalid, operation: "listen", detail: "the path \(path) is too long for a socket")
        }
        guard let status = try FileIO.status(path) else { return }
        guard status.kind == .socket else {
            throw LoopFailure(.exists, operation: "listen", detail: "\(path) exists and is not a socket")
        }
        guard try isStale(path) else {
            throw LoopFailure(
                .addressInUse, operation: "listen", detail: "another process listens on \(path)",
                retryable: true)
        }
        try FileIO.remove(path)
    }

    /// Connecting to a Unix socket never waits for the peer: either somebody listens or nobody does.
    private static func isStale(_ path: String) throws -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
        guard descriptor >= 0 else { throw LoopFailure(errno: errno, operation: "listen", subject: path) }
        defer { close(descriptor) }
        return withUnixAddress(path) { connect(descriptor, $0, $1) } != 0 && errno == ECONNREFUSED
    }
}

/// Gives the system's form of a Unix address; a leading `@` means the abstract namespace.
func withUnixAddress<R>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(path.utf8.prefix(EventLoopLimits.unixPathBytes))
    let isAbstract = bytes.first == UInt8(ascii: "@")
    if isAbstract { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1)
    return withUnsafePointer(to: &address) { pointer in
        body(UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self), socklen_t(length))
    }
}
