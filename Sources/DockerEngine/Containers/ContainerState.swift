internal import JSON
public import Model

/// What a container is doing.
public enum ContainerStatus: String, Sendable, CaseIterable {
    /// Made, never started.
    case created
    /// Its process runs.
    case running
    /// Its processes are frozen.
    case paused
    /// The engine is starting it again.
    case restarting
    /// It is being removed.
    case removing
    /// Its process has ended.
    case exited
    /// A removal failed half-way.
    case dead
    /// A word this client does not know.
    case unknown
}

/// The state of a container as inspected.
public struct ContainerState: Sendable, Equatable {
    /// What it is doing.
    public let status: ContainerStatus
    /// The main process on the host, 0 when none runs.
    public let processID: Int
    /// The code of the last exit.
    public let exitCode: Int
    /// Whether the kernel killed it for its memory.
    public let wasOutOfMemory: Bool
    /// The engine's words about a failed start.
    public let error: String
    /// When it was last started.
    public let startedAt: Timestamp?
    /// When it last ended.
    public let finishedAt: Timestamp?

    init(_ node: JSONNode?) {
        let node = node ?? .null
        status = ContainerStatus(rawValue: node.text("Status")) ?? .unknown
        processID = Int(node.integer("Pid"))
        exitCode = Int(node.integer("ExitCode"))
        wasOutOfMemory = node.flag("OOMKilled")
        error = FailureReader.shortened(node.text("Error"))
        startedAt = node.time("StartedAt")
        finishedAt = node.time("FinishedAt")
    }
}
