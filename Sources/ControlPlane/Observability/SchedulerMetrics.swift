import ClusterCore
import EventLoop
import Model
import Telemetry

/// What the scheduler decides: by declarations, by their changes, and by itself.
@LoopActor
final class SchedulerMetrics {
    private let decisions: Counter
    private let total: Gauge
    private let ready: Gauge
    private let compatible: Gauge
    private let conflicted: Gauge
    private let placed: Gauge
    private let unplaced: Gauge

    init(_ registry: MetricRegistry) {
        decisions = registry.counter(
            "control_plane_scheduler_decisions_total",
            help:
                "Replicas that were given a node, or were not; one of a lost node without another place stays with it.",
            labels: ["context", "outcome"])
        let gauge = { (name: String, help: String) in
            registry.gauge("control_plane_scheduler_\(name)", help: help, labels: ["context"])
        }
        total = gauge("total_nodes", "Nodes at the last decision.")
        ready = gauge("ready_nodes", "Ready nodes at the last decision.")
        compatible = gauge(
            "compatible_nodes", "Nodes whose agent has a version that is given work, at the last decision.")
        conflicted = gauge(
            "port_conflicted_nodes",
            "Nodes whose host ports kept a replica without a place off them, at the last decision.")
        placed = gauge("placed_replicas", "Replicas placed by the last decision.")
        unplaced = gauge("unplaced_replicas", "Replicas the last decision found no node for.")
        for context in PlacementTally.Context.allCases {
            for outcome in ["assigned", "unassigned"] { _ = decisions.with([context.rawValue, outcome]) }
        }
    }

    func decided(_ command: Command, _ outcome: Outcome, _ cluster: Cluster) {
        let tallies = PlacementTally.all(of: command, outcome)
        guard !tallies.isEmpty else { return }
        let counts = cluster.nodeCounts()
        let nodes = counts.values.reduce(0, +)
        for (context, tally) in tallies {
            let label = [context.rawValue]
            decisions.increment(label + ["assigned"], by: Double(tally.assigned))
            decisions.increment(label + ["unassigned"], by: Double(tally.unassigned))
            total.set(Double(nodes), label)
            compatible.set(Double(nodes - (counts[.incompatible] ?? 0)), label)
            ready.set(Double(counts[.ready] ?? 0), label)
            conflicted.set(Double(tally.conflictedNodes), label)
            placed.set(Double(tally.assigned), label)
            unplaced.set(Double(tally.unassigned), label)
        }
    }
}
