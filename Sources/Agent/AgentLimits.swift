/// The bounds of the agent.
public enum AgentLimits {
    /// Bytes of a desired-state document; the control plane never sends more.
    static let documentBytes = 8 * 1024 * 1024
    /// Bytes of a document on the disk, whose secrets are a third longer there.
    static let storedDocumentBytes = 2 * documentBytes
    /// Bytes that are read to see whose a document is; its first line is shorter.
    static let documentHeaderBytes = 256
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
    /// About the first pause after the control plane said that this node was deleted.
    static let gonePauseMilliseconds: Int64 = 120_000
    /// Orphaned containers named in a log line.
    static let namedStrangers = 10
    /// Names of replicas kept for log lines.
    static let replicaNames = 4096
    /// Pause before a refused or unwritable document is asked for again.
    static let refusedDocumentMilliseconds: Int64 = 30_000
    /// Shortest pause between two reports made because something changed.
    static let reportGapMilliseconds: Int64 = 100
    /// Shortest time between two polls, also when the control plane does not wait.
    static let pollGapMilliseconds: Int64 = 1000
    /// Longest pause the control plane may ask for with `Retry-After`.
    static let retryAfterMaxSecs: Int64 = 3600
    /// Longest interval between reports the control plane may ask for.
    static let heartbeatIntervalMaxSecs: Int64 = 3600
    /// Bytes of an answer to a report or a registration.
    static let answerBytes = 64 * 1024
    /// Bytes of one report, as many as control planes take by default.
    ///
    /// A refusal for its size halves it.
    static let reportBytes = 64 * 1024
    /// Below this a report is not made smaller.
    static let reportBytesMin = 4096
    /// Bytes of a reason when a report is too large with whole ones.
    static let shortReasonBytes = 120
    /// Addresses of probed containers that are remembered; past this they are asked for anew.
    static let probeAddresses = 4096
    /// Bytes of a command's output that a probe's answer shows.
    static let probeExcerptBytes = 120
    /// Bytes of a probe's answer.
    static let probeWordsBytes = 256
    /// While Docker is away, the pause between two looks at its socket.
    static let entranceMilliseconds: Int64 = 200
    /// After the start, the pause before the first look at the disk of Docker's images.
    static let firstImageMilliseconds: Int64 = 5_000
    /// The pause between two images that are removed.
    static let imageStepMilliseconds: Int64 = 500
    /// How long a clean-up may take beyond the longest grace.
    static let cleanUpSlackMilliseconds: Int64 = 5000
    /// Of detected capacity, what is left to the machine itself unless told: one part in so many.
    static let reservedPart: Int64 = 20
    /// Bytes of a file with logins at registries.
    static let authFileBytes = 256 * 1024
    /// Bytes of one secret.
    static let secretBytes = 512 * 1024
    /// Bytes of one secret as a variable; the kernel takes 128 KiB for a word.
    static let secretVariableBytes = 64 * 1024
    /// Foreign ports in one report; the lowest are reported when there are more.
    static let foreignPorts = 1024
    /// Bytes read of each kernel table of sockets; listening ones come first in it.
    static let socketTableBytes = 256 * 1024
    /// Milliseconds between two times that free memory is given back; a burst leaves it in pieces.
    static let giveBackMilliseconds: Int64 = 20_000
    /// How long the first report waits for Docker's first answer, so that a start is not reported as an outage.
    static let firstReportMilliseconds: Int64 = 3000
    /// How long an end of the agent waits for actions that were given up.
    static let actionEndMilliseconds: Int64 = 5000
    /// The same where the containers are stopped after it.
    static let hurriedActionEndMilliseconds: Int64 = 1000
    /// Milliseconds to report for the last time on the way out.
    static let farewellMilliseconds: Int64 = 2000
    /// Milliseconds to connect the tunnel where nobody says otherwise.
    static let tunnelConnectMilliseconds: Int64 = 10_000
    /// The header with the node's token where nobody says otherwise.
    static let tunnelTokenHeader = "x-fledx-tunnel-token"
    /// What this agent can do through the tunnel.
    static let tunnelCapabilities = ["push", "logs", "exec", "connect"]
    /// How long a document that the control plane spoke of may take before it is asked for over REST.
    static let pushPatienceMilliseconds: Int64 = 3_000
    /// Bytes of the first line of a request to run a command.
    static let executionLineBytes = 64 * 1024
    /// Milliseconds to connect to a container's port.
    static let portConnectMilliseconds: Int64 = 5_000
    /// Milliseconds a command that nobody listens to any more has to leave by itself.
    static let executionEndMilliseconds: Int64 = 500
    /// Looks at a command whose output has ended, until the engine tells its exit code.
    static let exitCodeLooks = 50
    /// Milliseconds between two such looks.
    static let exitCodePauseMilliseconds: Int64 = 20
    /// How long the control plane's authority may take to be fetched.
    static let authorityMilliseconds: Int64 = 10_000
}
