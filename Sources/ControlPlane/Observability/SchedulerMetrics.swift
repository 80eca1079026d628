import ClusterCore
import EventLoop
import Model
import Telemetry

/// What the scheduler decides: by declarations, by their changes, and by itself.
@LoopActor
final class SchedulerMetrics {
    private enum Context: String, CaseIterable { case create, update, reschedule }

    private let decisions: Counter
    private let total: Gauge
    private let ready: Gauge
    private let placed: Gauge
    private let unplaced: Gauge

    init(_ registry: MetricRegistry) {
        decisions = registry.counter(
            "control_plane_scheduler_decisions_total", help: "Replicas that were given a node, or were not.",
            labels: ["context", "outcome"])
        let gauge = { (name: String, help: String) in
            registry.gauge("control_plane_scheduler_\(name)", help: help, labels: ["context"])
        }
        total = gauge("total_nodes", "Nodes at the last decision.")
        ready = gauge("ready_nodes", "Ready nodes at the last decision.")
        placed = gauge("placed_replicas", "Replicas placed by the last decision.")
        unplaced = gauge("unplaced_replicas", "Replicas the last decision found no node for.")
        for context in Context.allCases {
            for outcome in ["assigned", "unassigned"] { _ = decisions.with([context.rawValue, outcome]) }
        }
    }

    func decided(_ command: Command, _ outcome: Outcome, _ cluster: Cluster) {
        guard let context = Self.context(of: command) else { return }
        let assigned = outcome.effects.count { effect in
            if case .event(.replicaPlaced) = effect { true } else { false }
        }
        var unassigned = 0
        if case .deployment(let reply) = outcome.reply { unassigned = reply.unplaced.count }
        guard assigned + unassigned > 0 else { return }
        let label = [context.rawValue]
        decisions.increment(label + ["assigned"], by: Double(assigned))
        decisions.increment(label + ["unassigned"], by: Double(unassigned))
        let counts = cluster.nodeCounts()
        total.set(Double(counts.values.reduce(0, +)), label)
        ready.set(Double(counts[.ready] ?? 0), label)
        placed.set(Double(assigned), label)
        unplaced.set(Double(unassigned), label)
    }

    private static func context(of command: Command) -> Context? {
        switch command {
        case .createDeployment: .create
        case .patchDeployment, .restartDeployment, .rollBackDeployment, .resumeDeployment: .update
        case .tick: .reschedule
        default: nil
        }
    }
}
