/// Bounds on declarations (REST contract, "Limits").
public enum SpecLimits {
    /// Bytes of a deployment, node or config name.
    public static let nameBytes = 63
    /// Bytes of most text fields.
    public static let fieldBytes = 255
    /// Bytes of an image reference.
    public static let imageBytes = 255
    /// Bytes of an image reference with its digest.
    public static let digestBytes = 384
    /// Bytes of all environment variables together, and of the command.
    public static let blockBytes = 32 * 1024
    /// The most replicas of one deployment.
    public static let replicas = 10_000
    /// The most entries of one list or map in a declaration.
    public static let entries = 256
    /// Seconds between SIGTERM and SIGKILL when nothing is said.
    public static let defaultStopGraceSecs = 10
    /// The longest period in a rollout strategy, in seconds.
    public static let strategySecs = 86_400
    /// The longest silence a deployment may bear before its replicas move, in seconds.
    public static let lostAfterSecs = 30 * 86_400
    /// The longest grace in seconds.
    public static let stopGraceSecs = 3600
    /// Bytes of one log file when nothing is said.
    public static let defaultLogBytes: Int64 = 10 << 20
    /// Log files of one container when nothing is said.
    public static let defaultLogFiles = 3
    /// Bytes of one log file: from enough for a few lines to as much as a small node can bear.
    public static let logBytes: ClosedRange<Int64> = 4096...(1 << 40)
    /// Log files of one container.
    public static let logFiles: ClosedRange<Int64> = 1...100
    /// Seconds between two probes, and of a start period.
    public static let probeSecs: Int64 = 86_400
    /// Seconds one probe may take.
    public static let probeTimeoutSecs: Int64 = 300
    /// Answers in a row that decide over a probe.
    public static let probeThreshold: Int64 = 1000
    /// Bytes of a path in a declaration.
    public static let pathBytes = 1024
    /// Bytes of a secret's name.
    public static let secretNameBytes = 255
}
