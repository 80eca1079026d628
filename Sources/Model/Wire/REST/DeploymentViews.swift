/// Which node a replica is placed on.
public struct AssignmentView: Codable, Hashable, Sendable {
    /// Which replica, from 0.
    public var replicaNumber: Int
    /// The node.
    public var nodeID: NodeID

    /// Pairs a replica with its node.
    public init(replicaNumber: Int, nodeID: NodeID) {
        self.replicaNumber = replicaNumber
        self.nodeID = nodeID
    }

    private enum CodingKeys: String, CodingKey {
        case replicaNumber = "replica_number"
        case nodeID = "node_id"
    }
}

/// The answer to a new deployment.
public struct DeploymentCreated: Codable, Hashable, Sendable {
    /// The deployment.
    public var deploymentID: DeploymentID
    /// The node of the first placed replica.
    public var assignedNodeID: NodeID?
    /// The nodes of the placed replicas in replica order.
    public var assignedNodeIDs: [NodeID]
    /// How many replicas found no node yet.
    public var unplacedReplicas: Int
    /// Why, for each of them.
    public var unplacedReasons: [String]
    /// The declaration's generation: 1.
    public var generation: UInt64

    /// Puts an answer together.
    public init(
        deploymentID: DeploymentID, assignedNodeIDs: [NodeID], unplacedReasons: [String],
        unplacedReplicas: Int,
        generation: UInt64
    ) {
        self.deploymentID = deploymentID
        assignedNodeID = assignedNodeIDs.first
        self.assignedNodeIDs = assignedNodeIDs
        self.unplacedReplicas = unplacedReplicas
        self.unplacedReasons = unplacedReasons
        self.generation = generation
    }

    private enum CodingKeys: String, CodingKey {
        case generation
        case deploymentID = "deployment_id"
        case assignedNodeID = "assigned_node_id"
        case assignedNodeIDs = "assigned_node_ids"
        case unplacedReplicas = "unplaced_replicas"
        case unplacedReasons = "unplaced_reasons"
    }
}

/// A deployment in a list.
public struct DeploymentSummary: Codable, Hashable, Sendable {
    /// The deployment.
    public var deploymentID: DeploymentID
    /// Its name.
    public var name: String
    /// Its image as declared.
    public var image: String
    /// How many replicas are declared.
    public var replicas: Int
    /// How many of them run what is declared now.
    public var replicasReady: Int
    /// How many found no node.
    public var unplacedReplicas: Int
    /// Whether they shall run.
    public var desiredState: DesiredState
    /// What became of it.
    public var status: DeploymentStatus
    /// The declaration's generation.
    public var generation: UInt64
    /// Where its replicas are placed.
    public var assignments: [AssignmentView]
    /// The newest report of any of its replicas.
    public var lastReported: Timestamp?
    /// When it was declared.
    public var createdAt: Timestamp

    /// Puts a view together.
    public init(
        deploymentID: DeploymentID, spec: DeploymentSpec, replicasReady: Int, unplacedReplicas: Int,
        status: DeploymentStatus, generation: UInt64, assignments: [AssignmentView], lastReported: Timestamp?,
        createdAt: Timestamp
    ) {
        self.deploymentID = deploymentID
        name = spec.name
        image = spec.container.image
        replicas = spec.replicas
        self.replicasReady = replicasReady
        self.unplacedReplicas = unplacedReplicas
        desiredState = spec.desiredState
        self.status = status
        self.generation = generation
        self.assignments = assignments
        self.lastReported = lastReported
        self.createdAt = createdAt
    }

    private enum CodingKeys: String, CodingKey {
        case name, image, replicas, status, generation, assignments
        case deploymentID = "deployment_id"
        case replicasReady = "replicas_ready"
        case unplacedReplicas = "unplaced_replicas"
        case desiredState = "desired_state"
        case lastReported = "last_reported"
        case createdAt = "created_at"
    }
}

/// A deployment with its declaration and every replica.
public struct DeploymentDetail: Codable, Hashable, Sendable {
    /// The deployment.
    public var deploymentID: DeploymentID
    /// What is declared.
    public var spec: DeploymentSpec
    /// What became of it.
    public var status: DeploymentStatus
    /// The declaration's generation.
    public var generation: UInt64
    /// How many replicas run what is declared now.
    public var replicasReady: Int
    /// How many shall.
    public var replicasDesired: Int
    /// How many found no node.
    public var unplacedReplicas: Int
    /// How far the declared generation has come; absent from an older control plane.
    public var rollout: RolloutView?
    /// Every replica, placed or not.
    public var instances: [InstanceView]
    /// Lasting remarks.
    public var conditions: [Condition]
    /// Where its replicas are placed.
    public var assignments: [AssignmentView]
    /// The newest report of any of its replicas.
    public var lastReported: Timestamp?
    /// When it was declared.
    public var createdAt: Timestamp
    /// When the declaration last changed.
    public var updatedAt: Timestamp
    /// What its replicas used lately; nil without samples.
    public var usageSummary: UsageSummary?

    /// Puts a view together.
    public init(
        deploymentID: DeploymentID, spec: DeploymentSpec, status: DeploymentStatus, generation: UInt64,
        replicasReady: Int, unplacedReplicas: Int, rollout: RolloutView? = nil, instances: [InstanceView],
        conditions: [Condition],
        assignments: [AssignmentView], lastReported: Timestamp?, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.deploymentID = deploymentID
        self.spec = spec
        self.status = status
        self.generation = generation
        self.replicasReady = replicasReady
        replicasDesired = spec.replicas
        self.unplacedReplicas = unplacedReplicas
        self.rollout = rollout
        self.instances = instances
        self.conditions = conditions
        self.assignments = assignments
        self.lastReported = lastReported
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    private enum CodingKeys: String, CodingKey {
        case status, generation, rollout, instances, conditions, assignments
        case deploymentID = "deployment_id"
        case replicasReady = "replicas_ready"
        case replicasDesired = "replicas_desired"
        case unplacedReplicas = "unplaced_replicas"
        case lastReported = "last_reported"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case usageSummary = "usage_summary"
    }

    /// Reads the flat wire form.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        deploymentID = try keyed.decode(DeploymentID.self, forKey: .deploymentID)
        status = try keyed.decode(DeploymentStatus.self, forKey: .status)
        generation = try keyed.decode(UInt64.self, forKey: .generation)
        replicasReady = try keyed.decode(Int.self, forKey: .replicasReady)
        replicasDesired = try keyed.decode(Int.self, forKey: .replicasDesired)
        unplacedReplicas = try keyed.decode(Int.self, forKey: .unplacedReplicas)
        rollout = try keyed.decodeIfPresent(RolloutView.self, forKey: .rollout)
        instances = try keyed.decode([InstanceView].self, forKey: .instances)
        conditions = try keyed.decode([Condition].self, forKey: .conditions)
        assignments = try keyed.decode([AssignmentView].self, forKey: .assignments)
        lastReported = try keyed.decodeIfPresent(Timestamp.self, forKey: .lastReported)
        createdAt = try keyed.decode(Timestamp.self, forKey: .createdAt)
        updatedAt = try keyed.decode(Timestamp.self, forKey: .updatedAt)
        usageSummary = try keyed.decodeIfPresent(UsageSummary.self, forKey: .usageSummary)
        spec = try DeploymentSpec(from: decoder)
    }

    /// Writes the flat wire form: the declaration's keys stand beside the status.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(deploymentID, forKey: .deploymentID)
        try spec.encode(to: encoder)
        try keyed.encode(status, forKey: .status)
        try keyed.encode(generation, forKey: .generation)
        try keyed.encode(replicasReady, forKey: .replicasReady)
        try keyed.encode(replicasDesired, forKey: .replicasDesired)
        try keyed.encode(unplacedReplicas, forKey: .unplacedReplicas)
        try keyed.encodeIfPresent(rollout, forKey: .rollout)
        try keyed.encode(instances, forKey: .instances)
        try keyed.encode(conditions, forKey: .conditions)
        try keyed.encode(assignments, forKey: .assignments)
        try keyed.encodeIfPresent(lastReported, forKey: .lastReported)
        try keyed.encode(createdAt, forKey: .createdAt)
        try keyed.encode(updatedAt, forKey: .updatedAt)
        try keyed.encodeIfPresent(usageSummary, forKey: .usageSummary)
    }
}
