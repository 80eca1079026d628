public import Model

/// Something that happened, for the event history.
public enum ClusterEvent: Hashable, Sendable {
    /// A node registered.
    case nodeRegistered(NodeID)
    /// A node's name or labels were changed.
    case nodeUpdated(NodeID)
    /// A node was deleted.
    case nodeDeleted(NodeID)
    /// What is thought of a node changed.
    case nodeStatusChanged(NodeID, from: NodeStatus, to: NodeStatus)
    /// An agent is ahead of this database: the database is older than what it once told.
    case historyLost(NodeID, reported: UInt64, known: UInt64)
    /// The database writes another history from now on.
    case historyBegan(Epoch, after: Epoch)
    /// An operator lets nodes of another history take this one's documents.
    case historyConfirmed(Epoch, nodes: [NodeID])
    /// An operator opened, cordoned or drained a node.
    case nodeAvailabilityChanged(NodeID, NodeAvailability)
    /// A deployment was declared.
    case deploymentCreated(DeploymentID)
    /// A deployment was declared anew.
    case deploymentUpdated(DeploymentID, generation: UInt64)
    /// A deployment was deleted.
    case deploymentDeleted(DeploymentID, name: String)
    /// An update is now in another phase; a going back follows as an update of its own.
    case rolloutChanged(DeploymentID, generation: UInt64, phase: RolloutState.Phase, reason: String?)
    /// A replica got a place.
    case replicaPlaced(DeploymentID, replica: Int, node: NodeID)
    /// A replica's placement ended.
    case replicaRetired(DeploymentID, replica: Int, node: NodeID, reason: AssignmentRow.RetireReason)
    /// A replica was told to run another generation where it stands.
    case replicaAdvanced(DeploymentID, replica: Int, generation: UInt64)
    /// A lost node returned, and its replica wins over the replacement.
    case replicaReturned(DeploymentID, replica: Int, node: NodeID)
    /// A retiring placement is gone, and what it held is free.
    case replicaReleased(DeploymentID, replica: Int, node: NodeID)
    /// So many nodes were lost at once that nothing is moved.
    case massLossBrakeEngaged(missing: Int, of: Int)
    /// Replicas of lost nodes are moved again.
    case massLossBrakeReleased
    /// A config was written, attached or taken away.
    case configChanged(ConfigID, name: String, ConfigChange)
    /// A login at a registry was written or deleted.
    case registryCredentialChanged(RegistryCredentialID, name: String, ResourceChange)
    /// An ingress route was written or deleted.
    case ingressRouteChanged(IngressRouteID, ResourceChange)
    /// A plan contradicted the state it was made from and was dropped.
    case planRefused(DeploymentID, violations: [String])

    /// What happened to a config.
    public enum ConfigChange: Hashable, Sendable {
        /// It was declared.
        case created
        /// It was declared anew.
        case updated(version: UInt64)
        /// It was deleted.
        case deleted
        /// It was given to something.
        case attached(ConfigTarget)
        /// It was taken away from something.
        case detached(ConfigTarget)
    }

    /// What happened to something that has one state only.
    public enum ResourceChange: String, Hashable, Sendable {
        /// It was declared, for the first time or anew.
        case written
        /// It was deleted.
        case deleted
    }
}
