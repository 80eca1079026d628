/// Bounds of the node's decisions; every one has a name here.
public enum NodeLimits {
    /// Milliseconds without news on a tunnel after which the pause between signs of life grows.
    static let quietMilliseconds: Int64 = 300_000
    /// Seconds between signs of life of a node at rest.
    static let quietIntervalSecs = 60
    /// Seconds between signs of life where every byte costs.
    static let meteredIntervalSecs = 480
    /// Milliseconds by which a wall clock may move against the monotonic one before it is news; a time service that
    /// corrects a drifting clock does less between two reports.
    static let clockJumpMilliseconds: UInt64 = 10_000
    /// Pulls at the same time; more images wait in line.
    public static let concurrentPulls = 4
    /// Stops at the same time; apart from the rest because one may take its whole grace.
    public static let concurrentStops = 32
    /// Creations, starts and removals at the same time.
    public static let concurrentQuickActions = 8
    /// Probes at the same time; more wait in line.
    public static let concurrentProbes = 128
    /// The pause between two questions to a program that has not passed yet, unless its interval is shorter.
    public static let probeStartMilliseconds: Int64 = 1000
    /// The first questions to containers that proved themselves before this life of the agent are spread over this.
    public static let firstProbesMilliseconds: Int64 = 1000
    /// Inspections at the same time; past this one list answers all.
    public static let concurrentInspections = 16
    /// The shortest pause between two tries, whatever a declaration says.
    public static let shortestBackoffMilliseconds: Int64 = 100
    /// First pause after a failed pull or creation.
    public static let prepareBackoffMilliseconds: Int64 = 1000
    /// Longest pause after failed pulls or creations.
    public static let prepareBackoffMaxMilliseconds: Int64 = 60_000
    /// First pause after a failed stop or removal.
    public static let cleanupBackoffMilliseconds: Int64 = 500
    /// Longest pause after failed stops or removals.
    public static let cleanupBackoffMaxMilliseconds: Int64 = 30_000
    /// First pause after files of configs could not be written anew below a running container.
    public static let reloadBackoffMilliseconds: Int64 = 1000
    /// Longest pause after files of configs could not be written anew.
    public static let reloadBackoffMaxMilliseconds: Int64 = 60_000
    /// First pause after the engine refused to remove an image.
    public static let imageBackoffMilliseconds: Int64 = 300_000
    /// Longest pause after the engine refused to remove an image.
    public static let imageBackoffMaxMilliseconds: Int64 = 21_600_000
    /// An ended old container is started again when its successor is not prepared after this long.
    public static let keepOldAfterMilliseconds: Int64 = 2000
    /// Starts that Docker bars before a container that cannot be made again is given up.
    public static let barredStarts: UInt32 = 3
    /// The pause between two looks at the machine's ports while a change waits for one.
    public static let portLookMilliseconds: Int64 = 5000
    /// Tries of one generation that fail for a host port, each after it was seen free, before it is rejected.
    public static let portTries: UInt32 = 3
    /// From so much use of the engine's disk on, in hundredths, the node says so.
    public static let diskPressurePercent = 95
    /// Below so much use it is well again.
    public static let diskReliefPercent = 90
    /// The least time between two writes of the memory.
    public static let persistIntervalMilliseconds: Int64 = 5000
    /// The pause after a failed write of the memory.
    public static let persistRetryMilliseconds: Int64 = 30_000
    /// Bytes of a failure's detail that are kept.
    public static let detailBytes = 512
    /// Removed replicas remembered until acknowledged; more are not kept (a full report says the same).
    public static let removedReports = 4096
    /// Pulled images that are remembered; the oldest is then nobody's.
    public static let pulledImages = 1024
    /// Replicas whose use is measured.
    public static let sampledReplicas = 4096
    /// Samples of one replica in one report; more follow in the next ones.
    public static let samplesPerReplica = 16
    /// Samples that wait to be told, of all replicas: about 1.5 MB.
    public static let waitingSamples = 20_000
}
