internal import CUV
public import Model

/// What the world did to an operation of this module.
public struct LoopFailure: CausedError, Sendable, CustomStringConvertible {
    /// What kind of failure it is; the only field to decide by.
    public enum Code: String, Sendable {
        /// The time allowed is over.
        case deadline
        /// Nobody listens there.
        case refused
        /// The peer or the network broke the connection.
        case reset
        /// No route, or the network is down.
        case unreachable
        /// The stream ended before what was asked for had arrived.
        case ended
        /// The handle or queue was closed by this side.
        case closed
        /// Another socket has this address.
        case addressInUse
        /// The name or path does not exist.
        case notFound
        /// The path exists already.
        case exists
        /// The system does not allow it.
        case permission
        /// Out of file descriptors.
        case tooManyFiles
        /// The file system is full or read-only.
        case noSpace
        /// More than the bound allows.
        case tooLarge
        /// The peer does not read what was queued for it.
        case queueFull
        /// An argument the system cannot use.
        case invalid
        /// The name could not be resolved.
        case unresolved
        /// Anything else; `detail` has the system's words.
        case system
    }

    /// What kind of failure it is.
    public let code: Code
    /// What was being done, such as `connect`.
    public let operation: String
    /// To what it was done and what the system said.
    public let detail: String
    /// Whether the same operation may succeed later without anybody changing anything.
    public let retryable: Bool
    /// The failure underneath, if any.
    public let cause: (any Error)?

    /// Describes a failure.
    public init(
        _ code: Code, operation: String, detail: String, retryable: Bool = false, cause: (any Error)? = nil
    ) {
        self.code = code
        self.operation = operation
        self.detail = detail
        self.retryable = retryable
        self.cause = cause
    }

    /// One line without the cause, in words only.
    public var description: String { "\(operation): \(detail)" }

    /// Says that something was not done in time.
    public static func deadline(_ operation: String, milliseconds: Int64) -> LoopFailure {
        LoopFailure(
            .deadline, operation: operation, detail: "not done within \(milliseconds) ms", retryable: true)
    }

    /// From a libuv status, which is a negated errno or a libuv code.
    init(status: Int32, operation: String, subject: String) {
        var text = [CChar](repeating: 0, count: 128)
        uv_strerror_r(status, &text, text.count)
        let words = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let code = Self.code(of: status)
        let detail = subject.isEmpty ? words : "\(subject): \(words)"
        self.init(code, operation: operation, detail: detail, retryable: Self.isRetryable(code))
    }

    /// From `errno`.
    init(errno number: Int32, operation: String, subject: String) {
        self.init(status: -number, operation: operation, subject: subject)
    }

    private static func isRetryable(_ code: Code) -> Bool {
        switch code {
        case .deadline, .refused, .reset, .unreachable, .tooManyFiles, .noSpace, .unresolved, .addressInUse:
            true
        default: false
        }
    }

    private static func code(of status: Int32) -> Code {
        switch status {
        case UV_ETIMEDOUT.rawValue: .deadline
        case UV_ECONNREFUSED.rawValue: .refused
        case UV_ECONNRESET.rawValue, UV_EPIPE.rawValue, UV_ECONNABORTED.rawValue: .reset
        case UV_EHOSTUNREACH.rawValue, UV_ENETUNREACH.rawValue, UV_ENETDOWN.rawValue: .unreachable
        case UV_EOF.rawValue: .ended
        case UV_ECANCELED.rawValue: .closed
        case UV_EADDRINUSE.rawValue: .addressInUse
        case UV_ENOENT.rawValue: .notFound
        case UV_EEXIST.rawValue: .exists
        case UV_EACCES.rawValue, UV_EPERM.rawValue: .permission
        case UV_EMFILE.rawValue, UV_ENFILE.rawValue: .tooManyFiles
        case UV_ENOSPC.rawValue, UV_EROFS.rawValue: .noSpace
        case UV_EINVAL.rawValue, UV_EADDRNOTAVAIL.rawValue, UV_ENAMETOOLONG.rawValue: .invalid
        case UV_EAI_NONAME.rawValue, UV_EAI_AGAIN.rawValue, UV_EAI_FAIL.rawValue, UV_EAI_NODATA.rawValue:
            .unresolved
        default: .system
        }
    }
}
