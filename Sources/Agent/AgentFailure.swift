internal import Model

/// Why the agent cannot go on, or why a step of it failed.
struct AgentFailure: CausedError, CustomStringConvertible {
    enum Kind: Sendable {
        /// The state on disk cannot be used or written.
        case state
        /// The control plane cannot be reached or broke off.
        case unreachable
        /// The control plane refused this node's credentials.
        case refused
        /// The control plane takes no body of that size.
        case tooLarge
        /// The control plane answered with something else than what was asked.
        case answer
    }

    let kind: Kind
    let detail: String
    let cause: (any Error)?
    /// Milliseconds the other side asked to wait.
    let retryAfterMilliseconds: Int64?
    /// The status the control plane answered with, if it answered.
    let status: Int?
    /// What a control plane that deleted this node says of its containers.
    let deletion: NodeDeletion?

    init(
        _ kind: Kind, _ detail: String, cause: (any Error)? = nil, retryAfterMilliseconds: Int64? = nil,
        status: Int? = nil, deletion: NodeDeletion? = nil
    ) {
        self.kind = kind
        self.status = status
        self.deletion = deletion
        self.detail = detail
        self.cause = cause
        self.retryAfterMilliseconds = retryAfterMilliseconds
    }

    var description: String { detail }

    /// Whether this node was deleted: asking again soon changes nothing.
    var meansGone: Bool { status == 410 }
}
