public import Model

/// One question to one run of a container.
public struct ProbeCall: Hashable, Sendable {
    /// The container.
    public var containerID: ContainerID
    /// Which run of it: another number is another run, perhaps with another address.
    public var run: UInt64
    /// What the answer is for.
    public var kind: ProbeKind
    /// The question.
    public var check: ProbeSpec.Check
    /// How long the answer may take.
    public var timeoutMilliseconds: Int64

    /// Puts a question.
    public init(
        containerID: ContainerID, run: UInt64, kind: ProbeKind, check: ProbeSpec.Check,
        timeoutMilliseconds: Int64
    ) {
        self.containerID = containerID
        self.run = run
        self.kind = kind
        self.check = check
        self.timeoutMilliseconds = timeoutMilliseconds
    }
}
