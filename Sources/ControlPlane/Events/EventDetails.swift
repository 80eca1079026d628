import ClusterCore
import Model

/// What an event is about, for programs: its kind, its resource, and its particulars.
struct EventDetails: Hashable {
    let kind: String
    let resourceType: String
    var resourceID: String?
    var resourceName: String?
    var attributes: [String: String] = [:]

    init(_ event: ClusterEvent, in cluster: Cluster) {
        switch event {
        case .nodeRegistered(let id): self.init("node.registered", id, cluster)
        case .nodeUpdated(let id): self.init("node.updated", id, cluster)
        case .nodeDeleted(let id): self.init("node.deleted", id, cluster)
        case .nodeStatusChanged(let id, let before, let now):
            self.init(
                "node.status_changed", id, cluster, ["from": before.rawValue, "status": now.rawValue])
        case .nodeAvailabilityChanged(let id, let availability):
            self.init("node.availability_changed", id, cluster, ["availability": availability.rawValue])
        case .historyLost(let id, let reported, let known):
            self.init("node.history_lost", id, cluster, ["reported": "\(reported)", "known": "\(known)"])
        case .deploymentCreated(let id): self.init("deployment.created", id, cluster)
        case .deploymentUpdated(let id, let generation):
            self.init("deployment.updated", id, cluster, ["generation": "\(generation)"])
        case .deploymentDeleted(let id, let name):
            self.init("deployment.deleted", id, cluster)
            // Where it had no replica, it is forgotten already.
            resourceName = name
        case .rolloutChanged(let id, let generation, let phase, let reason):
            var attributes = ["generation": "\(generation)", "phase": phase.rawValue]
            attributes["reason"] = reason
            self.init("deployment.rollout_changed", id, cluster, attributes)
        case .planRefused(let id, let violations):
            self.init(
                "deployment.plan_refused", id, cluster, ["violations": violations.joined(separator: "; ")])
        case .replicaPlaced, .replicaRetired, .replicaAdvanced, .replicaReturned, .replicaReleased:
            self.init(replica: event, cluster)
        case .historyBegan(let epoch, let before):
            self.init("cluster.history_began", ["epoch": "\(epoch)", "after": "\(before)"])
        case .historyConfirmed(let epoch, let nodes):
            let ids = nodes.map { "\($0)" }.joined(separator: ",")
            self.init("cluster.history_confirmed", ["epoch": "\(epoch)", "node_ids": ids])
        case .massLossBrakeEngaged(let missing, let known):
            self.init("cluster.brake_engaged", ["missing": "\(missing)", "nodes": "\(known)"])
        case .massLossBrakeReleased: self.init("cluster.brake_released", [:])
        case .configChanged(let id, let name, let change): self.init(id, name, change, cluster)
        case .registryCredentialChanged(let id, let name, let change): self.init(id, name, change)
        case .ingressRouteChanged(let id, let change): self.init(id, change, cluster)
        }
    }

    private init(replica event: ClusterEvent, _ cluster: Cluster) {
        switch event {
        case .replicaPlaced(let id, let number, let node):
            self.init("deployment.replica_placed", id, cluster, Self.place(number, node, cluster))
        case .replicaRetired(let id, let number, let node, let reason):
            var attributes = Self.place(number, node, cluster)
            attributes["reason"] = reason.rawValue
            self.init("deployment.replica_retired", id, cluster, attributes)
        case .replicaAdvanced(let id, let number, let generation):
            self.init(
                "deployment.replica_advanced", id, cluster,
                ["replica": "\(number)", "generation": "\(generation)"])
        case .replicaReturned(let id, let number, let node):
            self.init("deployment.replica_returned", id, cluster, Self.place(number, node, cluster))
        case .replicaReleased(let id, let number, let node):
            self.init("deployment.replica_released", id, cluster, Self.place(number, node, cluster))
        default: self.init("cluster.unnamed", [:])
        }
    }

    private init(_ kind: String, _ id: NodeID, _ cluster: Cluster, _ attributes: [String: String] = [:]) {
        self.init(kind: kind, resourceType: "node", resourceID: "\(id)", attributes: attributes)
        resourceName = cluster.nodeRow(id)?.name
    }

    private init(
        _ kind: String, _ id: DeploymentID, _ cluster: Cluster, _ attributes: [String: String] = [:]
    ) {
        self.init(kind: kind, resourceType: "deployment", resourceID: "\(id)", attributes: attributes)
        resourceName = cluster.deploymentName(id)
    }

    private init(_ kind: String, _ attributes: [String: String]) {
        self.init(kind: kind, resourceType: "cluster", resourceID: nil, attributes: attributes)
    }

    init(
        kind: String, resourceType: String, resourceID: String?, attributes: [String: String]
    ) {
        self.kind = kind
        self.resourceType = resourceType
        self.resourceID = resourceID
        self.attributes = attributes
    }

    private static func place(_ number: Int, _ node: NodeID, _ cluster: Cluster) -> [String: String] {
        var attributes = ["replica": "\(number)", "node_id": "\(node)"]
        attributes["node"] = cluster.nodeRow(node)?.name
        return attributes
    }
}
