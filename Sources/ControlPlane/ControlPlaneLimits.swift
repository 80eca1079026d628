/// Every bound of this module, by name.
public enum ControlPlaneLimits {
    /// Connections of the API listener.
    public static let connections = 16_384
    /// Bytes of an operator's JSON body.
    public static let operatorBodyBytes = 1 << 20
    /// Differences that are told of one applied declaration.
    static let appliedChanges = 64
    /// Bytes of a value that are told in a difference.
    static let appliedValueBytes = 1024
    /// Seconds a long poll may ask for.
    public static let waitSeconds: Int64 = 60
    /// Milliseconds after which a long poll is given up: its wait and the commit it may still wait for.
    public static let pollDeadlineMilliseconds: Int64 = 90_000
    /// Long polls of one node at a time; the newest win.
    public static let pollsPerNode = 2
    /// Long polls of all nodes at a time; more are answered at once.
    public static let polls = 20_000
    /// Items of a list page when nothing is said.
    public static let pageItems = 50
    /// Items of a list page at most.
    public static let maxPageItems = 1_000
    /// Idempotency keys that are kept at a time.
    static let repetitions = 40_000
    /// Those of them that one credential may take.
    static let repetitionsPerSpeaker = 10_000
    /// Bytes of all answers kept for repeated requests; beyond them only that a request was answered is kept.
    static let repetitionBytes = 8 << 20
    /// Those of them that one credential may take.
    static let repetitionBytesPerSpeaker = 2 << 20
    /// Bytes of one such answer; a longer one is not kept, only that it was given.
    static let repetitionBodyBytes = 65_536
    /// Requests that wait for the answer of the same one at work.
    static let repetitionWaiters = 64
    /// Milliseconds an answer is kept.
    static let repetitionMilliseconds: Int64 = 24 * 3_600_000
    /// Seconds a client is told to wait whose key finds no room, at least.
    static let keyRetrySeconds: Int64 = 1
    /// Characters of the address of newer agents.
    static let upgradeURLBytes = 2_048
    /// Last lines of a container's output that may be asked for.
    static let logTailLines: Int64 = 100_000
    /// Seconds a client is told to wait for a node's tunnel.
    static let tunnelRetrySeconds = 5
    /// Milliseconds for the head of a relayed answer, the request's body included.
    static let relayMilliseconds: Int64 = 300_000
    /// Bytes of a relayed answer that wait for its client: a hundred may stand still.
    static let relayQueuedBytes = 16_384
    /// Bytes of what an agent says of itself.
    static let agentAnswerBytes = 4 << 20
    /// Bytes of an agent's refusal.
    static let agentRefusalBytes = 65_536
    /// Replicas whose output is shown at once.
    static let logSources = 64
    /// Bytes of a line of output before which a replica's name is put.
    static let logLineBytes = 65_536
    /// Bytes of each output of a command that a plain answer holds.
    static let execOutputBytes = 1 << 20
    /// Milliseconds between two looks whether the client of a command is there that sends more than is read.
    static let execLookMilliseconds: Int64 = 1_000
    /// Milliseconds a command may take whose output is wanted in one answer.
    static let execMilliseconds: Int64 = 300_000
    /// Tunnels open at once, and nodes whose sessions are remembered.
    static let tunnels = 20_000
    /// Bytes that may wait in all tunnels together.
    static let tunnelBytes = 256 << 20
    /// Tunnels let in within a second.
    static let tunnelsPerSecond = 500
    /// Seconds over which agents that were not let in are spread.
    static let crowdSpreadSeconds: UInt64 = 10
    /// Milliseconds over which agents are spread that a stopping control plane sends away.
    static let awaySpread: UInt64 = 2_000
    /// Seconds an agent is told to wait whose identity another one uses.
    static let duplicateRetrySeconds = 60
    /// Characters of an agent's boot id.
    static let bootBytes = 64
    /// Milliseconds between two looks at the credentials of what is open, for clocks that are set.
    static let credentialLookMilliseconds: Int64 = 2_000
    /// Characters of a list's cursor.
    static let cursorBytes = 2_048
    /// Bytes of a secrets file.
    public static let secretsFileBytes = 65_536
    /// Bytes of the file with the key of secret values.
    static let secretsKeyFileBytes = 4_096
    /// Characters of a generated token: about 285 bits.
    public static let tokenCharacters = 48
    /// Characters of a token anybody sends; longer ones are wrong without being hashed.
    public static let credentialBytes = 1_024
    /// Milliseconds between two attempts to write again after a failed commit.
    public static let probeMilliseconds: Int64 = 1_000
    /// Milliseconds for which a look at the free space holds.
    public static let reserveLookMilliseconds: Int64 = 1_000
    /// Milliseconds beyond the shutdown deadline after which the process ends without waiting for a hanging disk.
    public static let shutdownGraceMilliseconds: Int64 = 2_000
    /// Files and sockets kept free for everything but the API's connections.
    public static let keptFiles = 64
    /// Milliseconds a copy of the database may take, its download included.
    public static let backupMilliseconds: Int64 = 1_800_000
    /// Seconds a client is told to wait while another copy is made.
    static let backupRetrySeconds = 10
    /// Bytes of a copy that are read at a time while it is sent.
    static let backupPieceBytes = 256 << 10
    /// Bytes of a passphrase at most.
    static let passphraseBytes = 1_024
    /// Bytes of a passphrase at least.
    static let passphraseMinimumBytes = 8
    /// Seconds an agent is told to wait that acts in another history.
    public static let confirmationRetrySeconds = 30
    /// Seconds a client is told to wait after a failed commit.
    public static let storageRetrySeconds = 2
    /// For how many times the duration of a tick the next one waits: ticks take a tenth of the loop at most.
    static let tickPauseShare: UInt64 = 9
    /// The longest such pause, in milliseconds.
    static let tickPauseMilliseconds: Int64 = 100
    /// Milliseconds after the moment the core named at which it is given a tick.
    public static let workDelayMilliseconds: Int64 = 2
    /// Kinds of requests whose counters are at hand.
    static let recentSeries = 8
    /// Nodes whose last report is remembered; each takes some 2 KiB.
    static let reportMemories = 20_000
    /// Operators' tokens, and as many registration tokens, stored at a time.
    public static let storedTokens = 1_000
    /// Nodes remembered of a registration token, so that they can ask again after it is used up.
    public static let recentNodesOfToken = 16
    /// Milliseconds between two notes of when a token was last used.
    public static let lastUsedMilliseconds: Int64 = 3_600_000
    /// Wrong credentials that one address may show in a minute; beyond it they are answered 429.
    public static let failedCredentialsPerMinute = 60
    /// Addresses whose wrong credentials are counted one by one; all others share one count.
    public static let countedAddresses = 4_096
    /// Groups of refused credentials, and of relayed requests, in a minute; what is beyond them is counted together.
    public static let countedGroups = 1_000
    /// Characters of an audit entry's payload.
    public static let auditPayloadCharacters = 2_048
    /// Events kept in memory for those who watch, and events kept while the database cannot be written.
    public static let recentEvents = 2_048
    /// Events kept in the database.
    public static let storedEvents = 100_000
    /// Milliseconds an event is kept in the database.
    public static let eventMilliseconds: Int64 = 7 * 86_400_000
    /// Kinds that one request may ask for.
    public static let eventKinds = 16
    /// Readers that watch events at a time; one more gets 503.
    public static let eventWatchers = 256
    /// Milliseconds between two signs of life on a quiet stream of events.
    public static let eventKeepAliveMilliseconds: Int64 = 15_000
    /// Milliseconds between two looks for events that are too old or too many.
    public static let eventCleanupMilliseconds: Int64 = 60_000
    /// Entries of the audit log kept in the database: so many that a page with its total is read in time.
    public static let storedAuditEntries = 500_000
    /// Entries of refused credentials among them, so that strangers cannot push out what operators did.
    public static let storedRefusals = 100_000
    /// Rows deleted at a time by a clean-up, so that no decision waits long behind it.
    public static let prunedRows = 2_000
    /// Nanoseconds from which on a request is slow enough for a line in the log.
    public static let slowNanoseconds: UInt64 = 1_000_000_000
    /// Seconds of use that are shown when nothing is said.
    static let usageWindowSeconds: Int64 = 3_600
    /// Milliseconds of use that the views of nodes and deployments sum up.
    static let usageSummaryMilliseconds: Int64 = 300_000
    /// How many minutes of use a page may skip; cursors go on behind that.
    static let usageOffset = 10_000
    /// Milliseconds after its end at which a minute of use is stored.
    static let usageGraceMilliseconds: Int64 = 60_000
    /// Minutes of use that wait in memory while nothing can be written.
    static let waitingUsageMinutes = 60
    /// Minutes of use written in one transaction.
    static let usageRowsPerTransaction = 2_000
    /// Milliseconds between two such transactions.
    static let usageSliceMilliseconds: Int64 = 50
    /// Milliseconds between two pieces of a clean-up.
    static let cleanupSliceMilliseconds: Int64 = 50
    /// Different texts of one column whose meaning is kept while stored state is read.
    static let rememberedTexts = 16_384
    /// Milliseconds that minutes on their way to disk wait for reads that run; more than a read may take.
    static let readsEndMilliseconds: Int64 = 10_000
    /// Milliseconds from the start until old minutes are looked for.
    static let firstCleanupMilliseconds: Int64 = 60_000
    /// Minutes of which old use is taken away at a time.
    static let prunedMinutes: Int64 = 60
    static let minutesPerDay: Int64 = 1_440
    /// Replicas with series of their own when no limit is set.
    static let usageMetricSeries = 100_000
    /// Milliseconds that listeners for scrapes or tunnels alone have while the process ends.
    static let sideListenerEndMilliseconds: Int64 = 500
    /// Reads of history that wait; more are refused.
    static let historyReads = 64
    /// Spans into which the window of the metrics summary is cut.
    static let summarySpans: Int64 = 60
    /// Milliseconds between two looks at the loop's lag.
    public static let lagMilliseconds: Int64 = 5_000
}
