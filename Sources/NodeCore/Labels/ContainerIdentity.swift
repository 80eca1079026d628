public import Model

/// Whose a container is and what it was made from: the labels, read.
public struct ContainerIdentity: Hashable, Sendable {
    /// The owning node.
    public var nodeID: NodeID
    /// The control plane's history it was made in; nil when the label is missing or unreadable.
    public var epoch: Epoch?
    /// The placement.
    public var assignmentID: AssignmentID
    /// The deployment.
    public var deploymentID: DeploymentID
    /// The deployment's name.
    public var deploymentName: String
    /// Which replica, from 0.
    public var replicaNumber: Int
    /// The generation it was made for; bookkeeping only.
    public var generation: UInt64
    /// What it was made from; two containers with equal hashes are interchangeable.
    public var specHash: String
    /// The host paths it can write to, as declared; nil when the label of an earlier release does not say.
    public var writableVolumes: [String]?
    /// How long it has to end by itself; nil when the label of an earlier release does not say.
    public var stopGraceSecs: Int?

    /// Describes a container to be made.
    public init(nodeID: NodeID, epoch: Epoch?, replica: DesiredReplica, specHash: String) {
        self.nodeID = nodeID
        self.epoch = epoch
        assignmentID = replica.assignmentID
        deploymentID = replica.deploymentID
        deploymentName = replica.name
        replicaNumber = replica.replicaNumber
        generation = replica.generation
        self.specHash = specHash
        writableVolumes = replica.container.writableVolumes
        stopGraceSecs = replica.container.stopGraceSecs
    }

    /// Reads labels; nil when node, assignment or deployment is not there, so the container is not one of ours.
    public init?(labels: [String: String]) {
        guard let nodeID = labels[ContainerLabel.nodeID].flatMap({ NodeID($0) }),
            let assignmentID = labels[ContainerLabel.assignmentID].flatMap({ AssignmentID($0) }),
            let deploymentID = labels[ContainerLabel.deploymentID].flatMap({ DeploymentID($0) })
        else { return nil }
        self.nodeID = nodeID
        self.assignmentID = assignmentID
        self.deploymentID = deploymentID
        epoch = labels[ContainerLabel.epoch].flatMap { Epoch($0) }
        deploymentName = labels[ContainerLabel.deploymentName] ?? ""
        replicaNumber = labels[ContainerLabel.replicaNumber].flatMap { Int($0) } ?? 0
        generation = labels[ContainerLabel.generation].flatMap { UInt64($0) } ?? 0
        specHash = labels[ContainerLabel.specHash] ?? ""
        writableVolumes = labels[ContainerLabel.writableVolumes].map {
            $0.split(separator: "\n").map(String.init)
        }
        stopGraceSecs = labels[ContainerLabel.stopGrace].flatMap { Int($0) }
            .flatMap { (0...SpecLimits.stopGraceSecs).contains($0) ? $0 : nil }
    }

    /// The labels that say this.
    public var labels: [String: String] {
        var labels = [
            ContainerLabel.nodeID: nodeID.description,
            ContainerLabel.assignmentID: assignmentID.description,
            ContainerLabel.deploymentID: deploymentID.description,
            ContainerLabel.deploymentName: deploymentName,
            ContainerLabel.replicaNumber: String(replicaNumber),
            ContainerLabel.generation: String(generation),
            ContainerLabel.specHash: specHash,
        ]
        labels[ContainerLabel.epoch] = epoch?.description
        labels[ContainerLabel.writableVolumes] = writableVolumes?.joined(separator: "\n")
        labels[ContainerLabel.stopGrace] = stopGraceSecs.map { String($0) }
        return labels
    }
}
