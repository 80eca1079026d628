/// Names one replica within one node or one deployment.
public struct ReplicaKey: Hashable, Sendable, Comparable {
    /// The deployment.
    public var deploymentID: DeploymentID
    /// Which replica, from 0.
    public var replicaNumber: Int

    /// Names a replica.
    public init(deploymentID: DeploymentID, replicaNumber: Int) {
        self.deploymentID = deploymentID
        self.replicaNumber = replicaNumber
    }

    /// Orders by deployment, then number.
    public static func < (left: Self, right: Self) -> Bool {
        (left.deploymentID, left.replicaNumber) < (right.deploymentID, right.replicaNumber)
    }
}
