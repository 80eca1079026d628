public import Model

/// One placement of one replica on one node.
public struct AssignmentRow: Hashable, Sendable {
    /// Why a placement ended.
    public enum RetireReason: String, Hashable, Sendable, CaseIterable {
        /// Fewer replicas were declared.
        case scaledDown = "scaled_down"
        /// The deployment was deleted.
        case deploymentDeleted = "deployment_deleted"
        /// The node was lost, and the replica has a new place.
        case nodeLost = "node_lost"
        /// The new declaration does not fit where the replica stood.
        case placementChanged = "placement_changed"
        /// A chosen host port was taken by another program, and the replica has a new place or port.
        case portTaken = "port_taken"
        /// An operator drains the node, and the replica has a new place.
        case drained
        /// The node was lost, the replica has a new place, and the old one wins if it still runs when it returns.
        /// Until then the node's document keeps it.
        case awaitingReturn = "awaiting_return"
        /// The node of the original returned, and the original still runs.
        case originalReturned = "original_returned"
    }

    /// Whether the placement is the replica's, or on its way out.
    public enum Phase: Hashable, Sendable {
        /// The node shall have it.
        case current
        /// The node shall have it beside the replica's current one, until it is healthy and takes over.
        case arriving
        /// The node shall no longer have it; what it holds stays reserved until the node says it is gone.
        /// The revision is the node's first document without it.
        case retiring(sinceRevision: UInt64, reason: RetireReason)
    }

    /// Names the placement.
    public var id: AssignmentID
    /// The deployment.
    public var deploymentID: DeploymentID
    /// Which replica, from 0.
    public var replicaNumber: Int
    /// The node.
    public var nodeID: NodeID
    /// The generation this replica shall run.
    public var generation: UInt64
    /// The oldest generation since which the container is the same: an agent that reports it runs what it shall.
    public var sameSince: UInt64
    /// Its ports, each with a host port.
    public var ports: [PortMapping]
    /// Ports of an earlier generation that the node may still hold.
    public var formerPorts: [PortMapping]
    /// What it takes from the node.
    public var resources: Resources?
    /// The pinned image it was told; nil is the declared reference.
    public var image: String?
    /// The configs it was told, the node's and its generation's, those that win last.
    public var configs: [ConfigReference]
    /// Whether it is current, arriving or retiring.
    public var phase: Phase
    /// When it was placed.
    public var createdAt: Timestamp
    /// When this row last changed.
    public var updatedAt: Timestamp

    /// Makes a row.
    public init(
        id: AssignmentID, deploymentID: DeploymentID, replicaNumber: Int, nodeID: NodeID, generation: UInt64,
        sameSince: UInt64? = nil, ports: [PortMapping] = [], formerPorts: [PortMapping] = [],
        resources: Resources? = nil,
        image: String? = nil, configs: [ConfigReference] = [], phase: Phase = .current, createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.deploymentID = deploymentID
        self.replicaNumber = replicaNumber
        self.nodeID = nodeID
        self.generation = generation
        self.sameSince = sameSince ?? generation
        self.ports = ports
        self.formerPorts = formerPorts
        self.resources = resources
        self.image = image
        self.configs = configs
        self.phase = phase
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Whether it is the replica's place.
    public var isCurrent: Bool { phase == .current }

    /// Whether the node shall have it.
    public var isWanted: Bool {
        switch phase {
        case .current, .arriving: true
        case .retiring: false
        }
    }

    /// Whether it was replaced and the node that is away may still win.
    public var isAwaitingReturn: Bool {
        if case .retiring(_, .awaitingReturn) = phase { true } else { false }
    }
}
