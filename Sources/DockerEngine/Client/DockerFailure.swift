public import Model

/// Why a call to the engine did not do what was asked.
public struct DockerFailure: CausedError, Sendable, CustomStringConvertible {
    /// The classes of failure a caller can tell apart.
    public enum Kind: Sendable, Equatable {
        /// There is no such container or other object.
        case notFound
        /// The image is neither here nor in its registry.
        case imageNotFound
        /// The registry does not let us have the image.
        case imageAccessDenied
        /// The registry cannot be reached or broke off.
        case registryUnavailable
        /// The object is in a state that forbids it, or the name is taken.
        case conflict
        /// A published port is taken; nil when the engine did not say which.
        case portConflict(hostPort: UInt16?)
        /// What the engine kept of an earlier start of the container is in the way of this one.
        case startBarred
        /// The engine refuses what was asked.
        case refused(status: Int)
        /// The engine failed.
        case server(status: Int)
        /// No connection to the engine, or it broke.
        case unreachable
        /// The engine did not answer in time.
        case timeout
        /// The engine and we have no API version in common.
        case unsupportedVersion
        /// The answer is not what the API promises.
        case badAnswer
    }

    /// The class.
    public let kind: Kind
    /// What was asked, such as `start container`.
    public let operation: String
    /// The engine's words, shortened.
    public let detail: String
    /// The failure underneath, if any.
    public let cause: (any Error)?

    /// States a failure.
    public init(_ kind: Kind, operation: String, detail: String, cause: (any Error)? = nil) {
        self.kind = kind
        self.operation = operation
        self.detail = detail
        self.cause = cause
    }

    /// The machine word of the class.
    public var code: String {
        switch kind {
        case .notFound: "not_found"
        case .imageNotFound: "image_not_found"
        case .imageAccessDenied: "image_access_denied"
        case .registryUnavailable: "registry_unavailable"
        case .conflict: "conflict"
        case .portConflict: "port_conflict"
        case .startBarred: "start_barred"
        case .refused: "refused"
        case .server: "engine_failed"
        case .unreachable: "engine_unreachable"
        case .timeout: "engine_timeout"
        case .unsupportedVersion: "engine_version"
        case .badAnswer: "engine_bad_answer"
        }
    }

    /// Whether the same call may succeed later without a change of the request.
    public var retryable: Bool {
        switch kind {
        case .unreachable, .timeout, .registryUnavailable, .server, .portConflict, .imageNotFound: true
        case .notFound, .conflict, .startBarred, .refused, .unsupportedVersion, .badAnswer,
            .imageAccessDenied:
            false
        }
    }

    /// Whether nothing is known about the engine's state because it could not be asked.
    public var meansEngineAway: Bool { kind == .unreachable || kind == .timeout }

    /// One line without the cause.
    public var description: String { "\(operation): \(detail)" }
}
