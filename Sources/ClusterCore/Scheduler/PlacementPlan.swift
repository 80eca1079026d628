import Model

/// Where replicas shall go, and why the others have no place.
struct PlacementPlan: Hashable, Sendable {
    /// One replica's place.
    struct Placement: Hashable, Sendable {
        var replicaNumber: Int
        var nodeID: NodeID
        /// Its ports, each with a host port.
        var ports: [PortMapping]
    }

    var placements: [Placement] = []
    var unplaced: [UnplacedReplica] = []
    /// The ordinal of the node chosen last.
    var cursor: UInt64
}
