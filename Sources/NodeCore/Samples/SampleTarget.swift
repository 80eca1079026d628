public import Model

/// A container that runs and is measured.
public struct SampleTarget: Hashable, Sendable {
    /// The placement it serves.
    public var assignmentID: AssignmentID
    /// The replica it is.
    public var replica: ReplicaKey
    /// The container.
    public var containerID: ContainerID

    /// Names a container.
    public init(assignmentID: AssignmentID, replica: ReplicaKey, containerID: ContainerID) {
        self.assignmentID = assignmentID
        self.replica = replica
        self.containerID = containerID
    }
}
