/// What can keep a replica off a node, in the order asked.
public enum PlacementFilter: String, Hashable, Sendable, CaseIterable {
    /// The node is not ready.
    case status
    /// An operator keeps replicas off the node.
    case cordon
    /// The node acts in another history, and nobody has confirmed this one.
    case unconfirmed = "unconfirmed_history"
    /// The agent's version is outside the window.
    case agentVersion = "agent_version"
    /// The agent does not know how to do something that is declared.
    case agentCapability = "agent_capability"
    /// Another processor architecture.
    case arch
    /// Another operating system.
    case os
    /// A label is missing or different.
    case labels
    /// The node has no public address.
    case publicIP = "public_ip"
    /// The node is too small.
    case capacity
    /// The deployment has its most replicas there already.
    case maxPerNode = "max_per_node"
    /// Too little is left.
    case freeCapacity = "free_capacity"
    /// Its configs would be more than a node is sent.
    case configPayload = "config_payload"
    /// A port is taken.
    case ports
}
