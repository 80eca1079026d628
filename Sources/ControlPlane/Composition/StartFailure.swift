public import Model

/// Why the control plane cannot start, in words that say what to do.
public struct StartFailure: CausedError, CustomStringConvertible {
    /// What is wrong.
    public let description: String
    /// What led to it.
    public let cause: (any Error)?

    /// Puts a reason into words.
    public init(_ description: String, cause: (any Error)? = nil) {
        self.description = description
        self.cause = cause
    }
}
