import ClusterCore
import EventLoop
import Model
import Telemetry

/// What the cluster has and how it does.
@LoopActor
final class ClusterMetrics {
    private let nodes: Gauge
    private let deployments: Gauge
    private let desired: Gauge
    private let ready: Gauge
    private let sweeps: Histogram

    init(_ registry: MetricRegistry) {
        nodes = registry.gauge("control_plane_nodes", help: "Nodes by status.", labels: ["status"])
        deployments = registry.gauge(
            "control_plane_deployments", help: "Deployments by status.", labels: ["status"])
        desired = registry.gauge("control_plane_replicas_desired", help: "Replicas that shall run.")
        ready = registry.gauge("control_plane_replicas_ready", help: "Replicas that serve.")
        sweeps = registry.histogram(
            "control_plane_sweep_duration_seconds", help: "How long one look at what time makes due took.")
    }

    func swept(nanoseconds: UInt64) { sweeps.observe(Double(nanoseconds) / 1e9) }

    func collect(_ cluster: Cluster) {
        let nodeCounts = cluster.nodeCounts()
        for status in NodeStatus.allCases { nodes.set(Double(nodeCounts[status] ?? 0), [status.rawValue]) }
        let deploymentCounts = ClusterCensus.deployments(cluster)
        for status in DeploymentStatus.allCases {
            deployments.set(Double(deploymentCounts[status] ?? 0), [status.rawValue])
        }
        let replicas = cluster.replicaCounts()
        desired.set(Double(replicas.desired))
        ready.set(Double(replicas.ready))
    }
}
