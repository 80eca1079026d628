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

    /// The columns; a row is one reference to them, so that a look-up copies one word.
    ///
    /// What is summed up for every node stands first, within one line of the processor's memory.
    private struct Columns: Hashable, Sendable {
        var deploymentID: DeploymentID
        var resources: Resources?
        var portSketch: PortSketch
        var phase: Phase
        var ports: [PortMapping] { didSet { sketchPorts() } }
        var formerPorts: [PortMapping] { didSet { sketchPorts() } }
        var id: AssignmentID
        var replicaNumber: Int
        var nodeID: NodeID
        var generation: UInt64
        var sameSince: UInt64
        var image: String?
        var configs: [ConfigReference]
        var createdAt: Timestamp
        var updatedAt: Timestamp

        private mutating func sketchPorts() { portSketch = PortSketch(ports, formerPorts) }
    }

    @Shared private var columns: Columns

    /// Names the placement.
    public var id: AssignmentID {
        get { columns.id }
        set { columns.id = newValue }
    }
    /// The deployment.
    public var deploymentID: DeploymentID {
        get { columns.deploymentID }
        set { columns.deploymentID = newValue }
    }
    /// Which replica, from 0.
    public var replicaNumber: Int {
        get { columns.replicaNumber }
        set { columns.replicaNumber = newValue }
    }
    /// The node.
    public var nodeID: NodeID {
        get { columns.nodeID }
        set { columns.nodeID = newValue }
    }
    /// The generation this replica shall run.
    public var generation: UInt64 {
        get { columns.generation }
        set { columns.generation = newValue }
    }
    /// The oldest generation since which the container is the same: an agent that reports it runs what it shall.
    public var sameSince: UInt64 {
        get { columns.sameSince }
        set { columns.sameSince = newValue }
    }
    /// Its ports, each with a host port.
    public var ports: [PortMapping] {
        get { columns.ports }
        set { columns.ports = newValue }
    }
    /// Ports of an earlier generation that the node may still hold.
    public var formerPorts: [PortMapping] {
        get { columns.formerPorts }
        set { columns.formerPorts = newValue }
    }
    /// Which ports it may hold, former ones too.
    var portSketch: PortSketch { columns.portSketch }
    /// What it takes from the node.
    public var resources: Resources? {
        get { columns.resources }
        set { columns.resources = newValue }
    }
    /// The pinned image it was told; nil is the declared reference.
    public var image: String? {
        get { columns.image }
        set { columns.image = newValue }
    }
    /// The configs it was told, the node's and its generation's, those that win last.
    public var configs: [ConfigReference] {
        get { columns.configs }
        set { columns.configs = newValue }
    }
    /// Whether it is current, arriving or retiring.
    public var phase: Phase {
        get { columns.phase }
        set { columns.phase = newValue }
    }
    /// When it was placed.
    public var createdAt: Timestamp {
        get { columns.createdAt }
        set { columns.createdAt = newValue }
    }
    /// When this row last changed.
    public var updatedAt: Timestamp {
        get { columns.updatedAt }
        set { columns.updatedAt = newValue }
    }

    /// Makes a row.
    public init(
        id: AssignmentID, deploymentID: DeploymentID, replicaNumber: Int, nodeID: NodeID, generation: UInt64,
        sameSince: UInt64? = nil, ports: [PortMapping] = [], formerPorts: [PortMapping] = [],
        resources: Resources? = nil,
        image: String? = nil, configs: [ConfigReference] = [], phase: Phase = .current, createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        columns = Columns(
            deploymentID: deploymentID, resources: resources, portSketch: PortSketch(ports, formerPorts),
            phase: phase, ports: ports, formerPorts: formerPorts, id: id, replicaNumber: replicaNumber,
            nodeID: nodeID, generation: generation, sameSince: sameSince ?? generation, image: image,
            configs: configs, createdAt: createdAt, updatedAt: updatedAt)
    }

    /// Gives it other ports; those it had stay reserved as former ones.
    mutating func give(_ ports: [PortMapping]) {
        let leaving = (self.ports + formerPorts).filter { former in
            !ports.contains { $0.transport == former.transport && $0.hostPort == former.hostPort }
        }
        self.ports = ports
        formerPorts = Array(Set(leaving)).sorted { ($0.hostPort ?? 0) < ($1.hostPort ?? 0) }
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
