internal import CUV
internal import Glibc

/// Keeps a second process of the same kind away, until this value or the process ends.
public struct LockFile: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock, or throws `.addressInUse` when another process holds it.
    public init(path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LoopFailure(errno: errno, operation: "lock", subject: path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
        let number = errno
        close(descriptor)
        guard number == EWOULDBLOCK else {
            throw LoopFailure(errno: number, operation: "lock", subject: path)
        }
        throw LoopFailure(
            .addressInUse, operation: "lock", detail: "another process holds \(path)", retryable: true)
    }

    deinit { close(descriptor) }
}
