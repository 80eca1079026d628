/// What can keep a replica off a node, in the order asked.
public enum PlacementFilter: String, Hashable, Sendable, CaseIterable {
    /// The node is not ready.
    case status
    /// Another processor architecture.
    case arch
    /// Another operating system.
    case os
    /// A label is missing or different.
    case labels
    /// The node is too small.
    case capacity
    /// The deployment has its most replicas there already.
    case maxPerNode = "max_per_node"
    /// Too little is left.
    case freeCapacity = "free_capacity"
    /// A port is taken.
    case ports
}
