/// The bounds of the Engine API client.
public enum DockerLimits {
    /// The newest API version spoken.
    public static let newestVersion = APIVersion(major: 1, minor: 47)
    /// The oldest API version spoken (Docker 20.10).
    public static let oldestVersion = APIVersion(major: 1, minor: 41)
    /// Bytes of an ordinary answer.
    public static let answerBytes = 16 * 1024 * 1024
    /// Bytes of one object in a stream of objects.
    public static let objectBytes = 1024 * 1024
    /// Bytes of an error answer that are read.
    public static let errorBytes = 65_536
    /// Bytes of an engine's message kept in a failure.
    public static let messageBytes = 1024
    /// Bytes of one log frame as its header may announce it; the engine itself writes at most 16 KiB.
    public static let logFrameBytes = 16 * 1024 * 1024
    /// Bytes of an executed command's output that are kept.
    public static let executionBytes = 65_536
    /// Bytes of an image reference.
    public static let referenceBytes = 4096
    /// Milliseconds for a call that only reads.
    public static let readMilliseconds: Int64 = 30_000
    /// Milliseconds for a call that changes something.
    public static let changeMilliseconds: Int64 = 120_000
    /// Milliseconds a stop may take beyond the grace it gives.
    public static let stopSlackMilliseconds: Int64 = 30_000
    /// Milliseconds until the head of a stream's answer.
    public static let streamHeadMilliseconds: Int64 = 30_000
    /// Milliseconds until a pull's first progress: the engine asks the registry before it answers.
    public static let pullHeadMilliseconds: Int64 = 120_000
    /// Milliseconds between two progress lines of a pull.
    public static let pullIdleMilliseconds: Int64 = 300_000
    /// Milliseconds to connect to the engine.
    public static let connectMilliseconds: Int64 = 5_000
}
