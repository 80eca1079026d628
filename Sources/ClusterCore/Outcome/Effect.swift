public import Model

/// Something the shell may want to do; losing one loses nothing but time.
public enum Effect: Hashable, Sendable {
    /// A node has a new document.
    case desiredStateChanged(NodeID)
    /// What is said of a deployment has changed.
    case deploymentChanged(DeploymentID)
    /// What is said of a node has changed.
    case nodeChanged(NodeID)
    /// There is work for a tick now; several may be answered by one.
    case tickWanted
    /// Something worth recording happened.
    case event(ClusterEvent)
}
