public import HTTP2
public import Model

/// Why a tunnel, or a stream in it, did not do what was asked.
public struct TunnelFailure: CausedError, Sendable, CustomStringConvertible {
    /// The kinds a caller can tell apart.
    public enum Code: String, Sendable {
        /// The tunnel is closed or broke.
        case closed
        /// The peer was silent for too long.
        case silent
        /// The stream was reset.
        case reset
        /// The peer answered with a refusal.
        case refused
        /// The peer does not keep to the protocol.
        case broken
        /// A bound was reached.
        case full
        /// Another session has taken this one's place.
        case replaced
    }

    /// The kind.
    public let code: Code
    /// What happened.
    public let detail: String
    /// The status of a refusal.
    public let status: Int?
    /// The machine word of a refusal.
    public let word: String?
    /// How a stream was reset.
    public let resetCode: HTTP2Code?
    /// The failure underneath, if any.
    public let cause: (any Error)?

    /// States a failure.
    public init(
        _ code: Code, _ detail: String, status: Int? = nil, word: String? = nil, resetCode: HTTP2Code? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.detail = detail
        self.status = status
        self.word = word
        self.resetCode = resetCode
        self.cause = cause
    }

    /// One line for people.
    public var description: String { "tunnel: \(detail)" }
}
