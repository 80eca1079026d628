/// The bounds of the agent.
public enum AgentLimits {
    /// Bytes of a desired-state document; the control plane never sends more.
    static let documentBytes = 8 * 1024 * 1024
    /// Bytes of the memory file.
    static let memoryBytes = 4 * 1024 * 1024
    /// Bytes of the identity file and of token files.
    static let identityBytes = 16 * 1024
    /// Milliseconds for a whole pull.
    static let pullMilliseconds: Int64 = 30 * 60 * 1000
    /// Seconds the control plane may hold a poll.
    static let pollWaitSecs: Int64 = 30
    /// Milliseconds beyond the wait after which a poll is given up.
    static let pollSlackMilliseconds: Int64 = 15_000
    /// First pause after a failed call to the control plane.
    static let retryMilliseconds: Int64 = 500
    /// Longest pause after failed calls to the control plane.
    static let retryMaxMilliseconds: Int64 = 30_000
    /// Longest pause after the control plane refused this node's credentials.
    static let refusedMaxMilliseconds: Int64 = 300_000
    /// Pause before a refused or unwritable document is asked for again.
    static let refusedDocumentMilliseconds: Int64 = 30_000
    /// Shortest pause between two reports made because something changed.
    static let reportGapMilliseconds: Int64 = 100
    /// Milliseconds to report for the last time on the way out.
    static let farewellMilliseconds: Int64 = 2000
}
