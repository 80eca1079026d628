import ClusterCore
import Model

/// What operators see of deployments, made from what the core says.
enum DeploymentViews {
    static func summary(_ glance: DeploymentGlance) -> DeploymentSummary {
        DeploymentSummary(
            deploymentID: glance.row.id, spec: glance.row.spec, replicasReady: glance.replicasReady,
            unplacedReplicas: max(0, glance.replicasDesired - glance.places.count), status: glance.status,
            generation: glance.row.generation,
            assignments: glance.places.map {
                AssignmentView(replicaNumber: $0.replicaNumber, nodeID: $0.nodeID)
            },
            lastReported: glance.lastReported, createdAt: glance.row.createdAt)
    }

    static func detail(_ view: DeploymentView, in cluster: Cluster) -> DeploymentDetail {
        DeploymentDetail(
            deploymentID: view.row.id, spec: view.row.spec, status: view.status,
            generation: view.row.generation, replicasReady: view.replicasReady,
            unplacedReplicas: unplacedCount(view), rollout: view.rollout, instances: instances(view, cluster),
            conditions: view.conditions, assignments: assignments(view),
            lastReported: lastReported(view, cluster), createdAt: view.row.createdAt,
            updatedAt: view.row.updatedAt)
    }

    static func created(_ reply: Reply.Deployment) -> DeploymentCreated {
        DeploymentCreated(
            deploymentID: reply.id, assignedNodeIDs: reply.placements.map(\.nodeID),
            unplacedReasons: reply.unplaced.map(\.explanation), unplacedReplicas: reply.unplaced.count,
            generation: reply.generation)
    }

    private static func unplacedCount(_ view: DeploymentView) -> Int {
        max(0, view.replicasDesired - view.instances.count)
    }

    private static func assignments(_ view: DeploymentView) -> [AssignmentView] {
        view.instances.map { AssignmentView(replicaNumber: $0.replicaNumber, nodeID: $0.nodeID) }
    }

    /// Every replica: placed ones, those without a place and why, and those on their way out.
    private static func instances(_ view: DeploymentView, _ cluster: Cluster) -> [Model.InstanceView] {
        let name = view.row.spec.name
        let placed = view.instances.map { instance in
            NodeViews.instance(instance, deployment: name, lastSeen: cluster.node(instance.nodeID)?.lastSeen)
        }
        let unplaced = view.unplaced.map { missing in
            Model.InstanceView(
                assignmentID: nil, deploymentID: view.row.id, deployment: name,
                replicaNumber: missing.replicaNumber, nodeID: nil, nodeName: nil, state: .pending,
                ready: false,
                reason: missing.explanation, containerID: nil, generation: view.row.generation,
                restartCount: 0,
                ports: [], endpoints: [], lastSeen: nil)
        }
        return (placed + unplaced).sorted { $0.replicaNumber < $1.replicaNumber }
    }

    private static func lastReported(_ view: DeploymentView, _ cluster: Cluster) -> Timestamp? {
        view.instances.compactMap { $0.lastUpdated == nil ? nil : cluster.node($0.nodeID)?.lastSeen }.max()
    }
}
